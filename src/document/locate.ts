/** Makes a located document out of a YAML node: answers where a path stands from the tree that was already parsed. */

import { isMap, isScalar, isSeq, type ParsedNode } from 'yaml'
import type { Source, Span } from '../diagnostic/source.ts'
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
    apiVersion: textAt(node, ['apiVersion']),
    kind: textAt(node, ['kind']),
    name: textAt(node, ['metadata', 'name']),
    namespace: textAt(node, ['metadata', 'namespace']),
    value,
    damaged,
    spanOf: (path, what) => spanOfNode(what === 'key' ? (find(node, path).key ?? node) : find(node, path).node, source),
    spanWithin(path, range) {
      const found = find(node, path)
      const whole = spanOfNode(found.node, source)
      const start = found.whole ? sourceOffset(found.node, source.text, range.start) : undefined
      const end = found.whole ? sourceOffset(found.node, source.text, range.end) : undefined
      return start === undefined || end === undefined
        ? { source, start: whole.start, end: whole.start }
        : { source, start, end: Math.max(start, end) }
    },
    items: () => itemsOf(node, value).map((item) => locate({ source, damaged, ...item })),
  }
}

function itemsOf(node: ParsedNode, value: unknown): readonly { readonly node: ParsedNode; readonly value: unknown }[] {
  const list = isMap(node) ? find(node, ['items']).node : node
  const values: unknown = isMap(node) ? fieldOf(value, 'items') : value
  if (!isSeq(list)) return []
  return list.items.flatMap((item, index) =>
    isNode(item) ? [{ node: item, value: Array.isArray(values) ? values[index] : undefined }] : [],
  )
}

function fieldOf(value: unknown, field: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === field)?.[1]
    : undefined
}

function textAt(node: ParsedNode, path: Path): string | undefined {
  const found = find(node, path)
  return found.whole && isScalar(found.node) && typeof found.node.value === 'string' ? found.node.value : undefined
}

interface Found {
  readonly key: ParsedNode | undefined
  readonly node: ParsedNode
  /** Whether the whole path was followed. */
  readonly whole: boolean
}

/** Where a value is empty (`spec:`), its key stands for it. */
function find(root: ParsedNode, path: Path): Found {
  let at: Found = { key: undefined, node: root, whole: true }
  for (const step of path) {
    const next = stepInto(at.node, step)
    if (next === undefined) return { ...at, whole: false }
    at = next
  }
  return at
}

function stepInto(node: ParsedNode, step: string | number): Found | undefined {
  if (isSeq(node)) {
    const item = node.items[Number(step)]
    return isNode(item) ? { key: item, node: item, whole: true } : undefined
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

function isNode(item: unknown): item is ParsedNode {
  return isScalar(item) || isMap(item) || isSeq(item)
}

function spanOfNode(node: ParsedNode, source: Source): Span {
  return { source, start: node.range[0], end: Math.max(node.range[0], node.range[1]) }
}
