/** The plain value of a YAML node, and what a policy must not use in it, because it does not read as it is written: tags, aliases, repeated and unnamed keys. */

import { isAlias, isMap, isScalar, isSeq, type ParsedNode, type Scalar, type YAMLMap } from 'yaml'
import { type Diagnostic, diagnose } from '../diagnostic/diagnostic.ts'
import type { Source, Span } from '../diagnostic/source.ts'
import { addressAt } from './address-item.ts'
import { templateMessage } from './yaml-faults.ts'

export interface PlainValue {
  /** Objects, arrays, strings, numbers, booleans and null; good for nothing when there are traps. */
  readonly value: unknown
  /** In the order they stand. */
  readonly traps: readonly Diagnostic[]
}

/** In one walk, linear in the number of nodes; the parser has limited the depth. */
export function plainValue(root: ParsedNode | null, source: Source): PlainValue {
  const traps: Diagnostic[] = []
  return { value: root === null ? null : read(root, { source, found: traps }), traps }
}

interface Search {
  readonly source: Source
  readonly found: Diagnostic[]
}

type ParsedMap = YAMLMap<ParsedNode, ParsedNode | null>

function read(node: ParsedNode, search: Search): unknown {
  checkNode(node, search)
  if (isMap(node)) return readMap(node, search)
  if (isSeq(node)) return node.items.map((item) => readItem(item, search))
  return isScalar(node) ? node.value : undefined
}

function readItem(item: unknown, search: Search): unknown {
  if (typeof item === 'number') return addressAt(search.source.text, item)
  return isParsed(item) ? read(item, search) : null
}

function readMap(map: ParsedMap, search: Search): unknown {
  checkKeys(map, search)
  const object: Record<string, unknown> = {}
  for (const { key, value: node } of map.items) {
    if (isScalar(key)) checkNode(key, search)
    const value = node === null ? null : read(node, search)
    if (isScalar(key)) set(object, key.value === null ? '' : String(key.value), value)
  }
  return object
}

function set(object: Record<string, unknown>, key: string, value: unknown): void {
  const isAccessor = key === '__proto__'
  if (!isAccessor) object[key] = value
  else Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true })
}

/** The composer leaves out what it could not read. */
function isParsed(item: unknown): item is ParsedNode {
  return isScalar(item) || isMap(item) || isSeq(item) || isAlias(item)
}

function checkNode(node: ParsedNode, { source, found }: Search): void {
  if (isAlias(node)) {
    const message = `"*${node.source}" is an alias in YAML: write the value itself, or put it in quotes if the * was meant`
    found.push(diagnose('yaml-alias', { message, span: spanOf(node, source) }))
    return
  }
  // a tag that could not be resolved was already reported where it stands
  if (node.tag !== undefined && (node.tag === '!' || node.tag.startsWith('tag:'))) {
    const word = node.tag.replace('tag:yaml.org,2002:', '!!')
    found.push(
      diagnose('yaml-tag', {
        message: `the tag ${JSON.stringify(word)} changes how a value is read: remove it, and quote what is text`,
        span: spanOf(node, source),
      }),
    )
  }
  if (typeof node.anchor === 'string') {
    const message = `"&${node.anchor}" is an anchor in YAML: remove it, or put the value in quotes if the & was meant`
    found.push(diagnose('yaml-alias', { message, span: spanOf(node, source) }))
  }
}

function checkKeys(map: ParsedMap, search: Search): void {
  const { source, found } = search
  const earlier = map.items.length > fewKeys ? new Map<string, Scalar.Parsed>() : undefined
  for (const [index, { key }] of map.items.entries()) {
    if (!isScalar(key)) {
      const span = spanOf(isParsed(key) ? key : map, source)
      const isTemplate = source.text.startsWith('{{', span.start - 1)
      const message = isTemplate ? templateMessage : 'a key is a list or a mapping: a key must be a single word'
      found.push(diagnose('yaml-syntax', { message, span }))
      continue
    }
    const word = String(key.value)
    const first = earlier === undefined ? findKey(map, word, index) : earlier.get(word)
    if (first === undefined) earlier?.set(word, key)
    else found.push(repeated(word, { first, second: key }, source))
  }
}

/** Up to so many keys are compared with one another faster than they are put into a map. */
const fewKeys = 8

function findKey({ items }: ParsedMap, word: string, end: number): Scalar.Parsed | undefined {
  for (let index = 0; index < end; index++) {
    const key = items[index]?.key
    if (isScalar(key) && String(key.value) === word) return key
  }
  return undefined
}

function repeated(
  word: string,
  { first, second }: { readonly first: ParsedNode; readonly second: ParsedNode },
  source: Source,
): Diagnostic {
  return diagnose('yaml-duplicate-key', {
    message: `the key ${JSON.stringify(word)} stands twice in one mapping: keep one of them`,
    span: spanOf(second, source),
    notes: [{ span: spanOf(first, source), message: 'first written here' }],
  })
}

function spanOf(node: ParsedNode | YAMLMap<ParsedNode, ParsedNode | null>, source: Source): Span {
  const [start, end] = node.range ?? [0, 0]
  return { source, start, end }
}
