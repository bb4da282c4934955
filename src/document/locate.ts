/** Makes a located document out of a YAML node: answers where a path stands from the tree that was already parsed. */

import { isMap, isScalar, isSeq, type ParsedNode, type YAMLSeq } from 'yaml'
import type { Source, Span } from '../diagnostic/source.ts'
import { AddressNode } from './address-item.ts'
import type { LocatedDocument, Path } from './located-document.ts'
import { sourceOffset } from './source-offset.ts'

export interface DocumentParts {
  readonly source: Source
  readonly node: ParsedNode
  readonly value: unknown
  readonly damaged: boolean
}

export function locate({ source, node, value, damaged }: DocumentParts): LocatedDocument {
  return {
    source,
    apiVersion: textAt(node, ['apiVersion'], source.text),
    kind: textAt(node, ['kind'], source.text),
    name: textAt(node, ['metadata', 'name'], source.text),
    namespace: textAt(node, ['metadata', 'namespace'], source.text),
    value,
    damaged,
    spanOf(path, what) {
      const found = find(node, path, source.text)
      return spanOfNode(what === 'key' ? (found.key ?? node) : found.node, source)
    },
    spanWithin(path, range) {
      const found = find(node, path, source.text)
      const whole = spanOfNode(found.node, source)
      const start = found.whole ? sourceOffset(found.node, source.text, range.start) : undefined
      const end = found.whole ? sourceOffset(found.node, source.text, range.end) : undefined
      return start === undefined || end === undefined
        ? { source, start: whole.start, end: whole.start }
        : { source, start, end: Math.max(start, end) }
    },
    items: () => itemsOf(node, value, source.text).map((item) => locate({ source, damaged, ...item })),
  }
}

interface Item {
  readonly node: ParsedNode
  readonly value: unknown
}

function itemsOf(node: ParsedNode, value: unknown, text: string): readonly Item[] {
  const list = isMap(node) ? find(node, ['items'], text).node : node
  const values: unknown = isMap(node) ? fieldOf(value, 'items') : value
  if (!isSeq(list)) return []
  return list.items.flatMap((_, index) => {
    const item = itemAt(list, index, text)
    return item === undefined ? [] : [{ node: item, value: Array.isArray(values) ? values[index] : undefined }]
  })
}

function fieldOf(value: unknown, field: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === field)?.[1]
    : undefined
}

function textAt(node: ParsedNode, path: Path, text: string): string | undefined {
  const found = find(node, path, text)
  return found.whole && isScalar(found.node) && typeof found.node.value === 'string' ? found.node.value : undefined
}

interface Found {
  readonly key: ParsedNode | undefined
  readonly node: ParsedNode
  /** Whether the whole path was followed. */
  readonly whole: boolean
}

/** Where a value is empty (`spec:`), its key stands for it. */
function find(root: ParsedNode, path: Path, text: string): Found {
  let at: Found = { key: undefined, node: root, whole: true }
  for (const step of path) {
    const next = stepInto(at.node, step, text)
    if (next === undefined) return { ...at, whole: false }
    at = next
  }
  return at
}

function stepInto(node: ParsedNode, step: string | number, text: string): Found | undefined {
  if (isSeq(node)) {
    const item = itemAt(node, Number(step), text)
    return item === undefined ? undefined : { key: item, node: item, whole: true }
  }
  if (!isMap(node)) return undefined
  const pair = pairOf(node, String(step))
  if (pair === undefined) return undefined
  const isEmpty = pair.value === null || (isScalar(pair.value) && pair.value.range[0] === pair.value.range[1])
  return { key: pair.key, node: isEmpty || pair.value === null ? pair.key : pair.value, whole: true }
}

type Pair = ParsedMap['items'][number]
type ParsedMap = Extract<ParsedNode, { items: { key: unknown }[] }>

/** Up to so many keys are looked through faster than they are sorted into a map. */
const fewKeys = 16

/** Of a key that stands twice the last one, as in the plain value. */
function pairOf(map: ParsedMap, word: string): Pair | undefined {
  if (map.items.length > fewKeys) return pairsOf(map).get(word)
  for (let index = map.items.length - 1; index >= 0; index--) {
    const pair = map.items[index]
    if (pair !== undefined && isScalar(pair.key) && String(pair.key.value) === word) return pair
  }
  return undefined
}

/** By key; a mapping with many faults is asked many times. */
const pairs = new WeakMap<ParsedMap, ReadonlyMap<string, Pair>>()

function pairsOf(map: ParsedMap): ReadonlyMap<string, Pair> {
  const known = pairs.get(map)
  if (known !== undefined) return known
  const found = new Map(
    map.items.flatMap((pair): [string, Pair][] => (isScalar(pair.key) ? [[String(pair.key.value), pair]] : [])),
  )
  pairs.set(map, found)
  return found
}

function itemAt(list: YAMLSeq<unknown>, index: number, text: string): ParsedNode | undefined {
  const item = list.items[index]
  if (typeof item === 'number') return new AddressNode(text, item)
  return isNode(item) ? item : undefined
}

function isNode(item: unknown): item is ParsedNode {
  return isScalar(item) || isMap(item) || isSeq(item)
}

function spanOfNode(node: ParsedNode, source: Source): Span {
  return { source, start: node.range[0], end: Math.max(node.range[0], node.range[1]) }
}
