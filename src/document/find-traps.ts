/** Valid YAML that a policy must not use, because it does not read as it is written: tags, aliases, repeated and unnamed keys. */

import { isAlias, isMap, isScalar, isSeq, type ParsedNode, type YAMLMap } from 'yaml'
import { type Diagnostic, diagnose } from '../diagnostic/diagnostic.ts'
import type { Source, Span } from '../diagnostic/source.ts'
import { templateMessage } from './yaml-faults.ts'

/** In the order they stand. Linear in the number of nodes; the parser has limited the depth. */
export function findTraps(root: ParsedNode | null, source: Source): readonly Diagnostic[] {
  const found: Diagnostic[] = []
  if (root !== null) visit(root, { source, found })
  return found
}

interface Search {
  readonly source: Source
  readonly found: Diagnostic[]
}

function visit(node: ParsedNode, search: Search): void {
  checkNode(node, search)
  if (isMap(node)) {
    checkKeys(node, search)
    for (const { key, value } of node.items) {
      if (isScalar(key)) checkNode(key, search)
      if (value !== null) visit(value, search)
    }
  } else if (isSeq(node)) {
    for (const item of node.items) if (isParsed(item)) visit(item, search)
  }
}

/** The composer leaves out what it could not read. */
function isParsed(item: unknown): item is ParsedNode {
  return isScalar(item) || isMap(item) || isSeq(item) || isAlias(item)
}

function checkNode(node: ParsedNode, { source, found }: Search): void {
  const span = spanOf(node, source)
  if (isAlias(node)) {
    const message = `"*${node.source}" is an alias in YAML: write the value itself, or put it in quotes if the * was meant`
    found.push(diagnose('yaml-alias', { message, span }))
    return
  }
  // a tag that could not be resolved was already reported where it stands
  if (node.tag !== undefined && (node.tag === '!' || node.tag.startsWith('tag:'))) {
    const word = node.tag.replace('tag:yaml.org,2002:', '!!')
    found.push(
      diagnose('yaml-tag', {
        message: `the tag ${JSON.stringify(word)} changes how a value is read: remove it, and quote what is text`,
        span,
      }),
    )
  }
  if (typeof node.anchor === 'string') {
    const message = `"&${node.anchor}" is an anchor in YAML: remove it, or put the value in quotes if the & was meant`
    found.push(diagnose('yaml-alias', { message, span }))
  }
}

function checkKeys(map: YAMLMap<ParsedNode, ParsedNode | null>, { source, found }: Search): void {
  const first = new Map<string, ParsedNode>()
  for (const { key } of map.items) {
    if (!isScalar(key)) {
      const span = spanOf(isParsed(key) ? key : map, source)
      const isTemplate = source.text.startsWith('{{', span.start - 1)
      const message = isTemplate ? templateMessage : 'a key is a list or a mapping: a key must be a single word'
      found.push(diagnose('yaml-syntax', { message, span }))
      continue
    }
    const word = String(key.value)
    const earlier = first.get(word)
    if (earlier === undefined) {
      first.set(word, key)
      continue
    }
    found.push(
      diagnose('yaml-duplicate-key', {
        message: `the key ${JSON.stringify(word)} stands twice in one mapping: keep one of them`,
        span: spanOf(key, source),
        notes: [{ span: spanOf(earlier, source), message: 'first written here' }],
      }),
    )
  }
}

function spanOf(node: ParsedNode | YAMLMap<ParsedNode, ParsedNode | null>, source: Source): Span {
  const [start, end] = node.range ?? [0, 0]
  return { source, start, end }
}
