/** The text of `nft -s -n list table` as a ruleset. What we do not understand is kept as it is, so that it can be shown and removed. */

import type { BaseHook, Chain } from './chain.ts'
import { sameElements } from './compare-elements.ts'
import type { KeyType, MapValue, NamedMap, NamedSet } from './named-set.ts'
import { printRule } from './print-rule.ts'
import { readElementField } from './read-element.ts'
import { readRule } from './read-rule.ts'
import { isChain, isMap, isSet, type Listed } from './recognize-part.ts'
import type { Rule } from './rule.ts'
import { emptyRuleset, type ForeignObject, type Ruleset } from './ruleset.ts'
import { priorities } from './symbols.ts'

const keyTypes: ReadonlySet<string> = new Set<KeyType>([
  'ipv4_addr',
  'ipv6_addr',
  'inet_proto',
  'inet_service',
  'ifname',
])

/**
 * @param text one table; undefined comes back when it holds none
 * @param expected what it probably holds: parts that are so become the same objects, and are not read
 */
export function readTable(text: string, expected: Ruleset = emptyRuleset): Ruleset | undefined {
  const head = /^table .*\{\n?/m.exec(text)
  if (head === null) return undefined
  const draft = newDraft()
  for (let at = head.index + head[0].length; at < text.length; ) {
    const line = lineAt(text, at)
    if (line === '}') break
    const end = line.endsWith('{') ? endOfBlock(text, at) : at + line.length
    if (line.endsWith('{')) readBlock(draft, { text, start: at, end, line }, expected)
    else readLine(draft, line.trim())
    at = end + 1
  }
  return sameElements(expected.counters, draft.counters) ? { ...draft, counters: expected.counters } : draft
}

function readLine(draft: Draft, line: string): void {
  const counter = /^counter (\S+) \{ \}$/.exec(line)?.[1]
  if (counter !== undefined) draft.counters.add(counter)
  else if (line.startsWith('flags ')) draft.flags.push(...line.slice(6).split(','))
}

function lineAt(text: string, at: number): string {
  const end = text.indexOf('\n', at)
  return end === -1 ? text.slice(at) : text.slice(at, end)
}

const lastLine = '\n\t}'

/** Behind its closing brace; of one that has none the end of the text. */
function endOfBlock(text: string, start: number): number {
  const end = text.indexOf(`${lastLine}\n`, start)
  return end === -1 ? text.length : end + lastLine.length
}
interface Draft extends Ruleset {
  readonly flags: string[]
  readonly counters: Set<string>
  readonly sets: Map<string, NamedSet>
  readonly maps: Map<string, NamedMap>
  readonly chains: Map<string, Chain>
  readonly foreign: Map<string, ForeignObject>
}

interface Block extends Listed {
  /** Its first one. */
  readonly line: string
}

function newDraft(): Draft {
  return { flags: [], counters: new Set(), sets: new Map(), maps: new Map(), chains: new Map(), foreign: new Map() }
}

function readBlock(draft: Draft, block: Block, expected: Ruleset): void {
  const words = block.line.slice(0, -1).trim().split(' ')
  const name = words.at(-1) ?? ''
  const keyword = words.slice(0, -1).join(' ')
  if (takeExpected(draft, { ...block, keyword, name }, expected)) return
  const lines = linesIn(block)
  const known = knownReaders[keyword]?.(draft, { name, lines, expected }) ?? false
  if (known) return
  // `nft -n` lists the protocol of a helper as the number that it does not read, unless /etc/protocols is there.
  const body = lines
    .join('\n')
    .replace(/\bprotocol 6$/m, 'protocol tcp')
    .replace(/\bprotocol 17$/m, 'protocol udp')
  const text = `\t${words.join(' ')} {\n${body}\n\t}`
  draft.foreign.set(`${keyword} ${name}`, { keyword, name, text })
}

/** Between its braces. */
function linesIn({ text, start, end, line }: Block): readonly string[] {
  const isClosed = text.startsWith(lastLine, end - lastLine.length)
  const lines = text.slice(start + line.length + 1, isClosed ? Math.max(0, end - lastLine.length) : end)
  return lines === '' ? [] : lines.split('\n')
}

interface NamedBlock extends Block {
  readonly keyword: string
  readonly name: string
}

/** False: it has to be read. */
function takeExpected(draft: Draft, block: NamedBlock, expected: Ruleset): boolean {
  const { keyword, name } = block
  const chain = keyword === 'chain' ? expected.chains.get(name) : undefined
  const set = keyword === 'set' ? expected.sets.get(name) : undefined
  const map = keyword === 'map' ? expected.maps.get(name) : undefined
  if (chain !== undefined && isChain(block, chain)) draft.chains.set(name, chain)
  else if (set !== undefined && isSet(block, set)) draft.sets.set(name, set)
  else if (map !== undefined && isMap(block, map)) draft.maps.set(name, map)
  else return false
  return true
}

interface UnknownBlock {
  readonly name: string
  /** Between its braces. */
  readonly lines: readonly string[]
  readonly expected: Ruleset
}

type BlockReader = (draft: Draft, block: UnknownBlock) => boolean

const knownReaders: Readonly<Record<string, BlockReader>> = {
  counter(draft, { name }) {
    draft.counters.add(name)
    return true
  },
  set(draft, { name, lines }) {
    const { declaration, elements, data } = readDeclaration(name, lines)
    if (declaration === undefined || data !== undefined) return false
    draft.sets.set(name, { ...declaration, elements: new Set(elements.map(readElement)) })
    return true
  },
  map(draft, { name, lines }) {
    const { declaration, elements, data } = readDeclaration(name, lines)
    if (declaration === undefined || (data !== 'verdict' && data !== 'counter')) return false
    draft.maps.set(name, {
      ...declaration,
      data,
      elements: new Map(elements.map((text) => readMapElement(text, data))),
    })
    return true
  },
  chain(draft, { name, lines, expected }) {
    draft.chains.set(name, readChain(name, lines, expected.chains.get(name)))
    return true
  },
}

interface Declared {
  readonly declaration: Omit<NamedSet, 'elements'> | undefined
  readonly data: string | undefined
  readonly elements: readonly string[]
}

function readDeclaration(name: string, lines: readonly string[]): Declared {
  const elementsAt = lines.findIndex((line) => line.trim().startsWith('elements = {'))
  const properties: string[] = []
  let key: readonly string[] = []
  let data: string | undefined
  let interval = false
  let comment: string | undefined
  for (const line of elementsAt === -1 ? lines : lines.slice(0, elementsAt)) {
    const text = line.trim()
    if (text.startsWith('type ')) {
      const [keys = '', value] = text.slice(5).split(' : ')
      key = keys.split(' . ')
      data = value
    } else if (text === 'flags interval') interval = true
    else if (text.startsWith('comment ')) comment = text.slice(9, -1)
    else if (text !== '') properties.push(text)
  }
  const understood = key.length > 0 && key.every(isKeyType)
  return {
    declaration: understood ? { name, key: key.filter(isKeyType), interval, comment, properties } : undefined,
    data,
    elements: elementsAt === -1 ? [] : readElements(lines.slice(elementsAt)),
  }
}

function isKeyType(text: string): text is KeyType {
  return keyTypes.has(text)
}

/** `elements = { a, b,` and the lines after it. */
function readElements(lines: readonly string[]): readonly string[] {
  const text = lines.map((line) => line.trim()).join(' ')
  const inner = text.slice(text.indexOf('{') + 1, text.lastIndexOf('}'))
  // a comma may stand in the comment of an element
  return (inner.match(/(?:"[^"]*"|[^,"])+/g) ?? []).flatMap((element) => element.trim() || [])
}

function readElement(text: string): string {
  return text.split(' . ').map(readElementField).join(' . ')
}

function readMapElement(text: string, data: 'verdict' | 'counter'): readonly [string, MapValue] {
  const colon = text.indexOf(' : ')
  const key = readElement(text.slice(0, colon))
  const value = text.slice(colon + 3)
  if (data === 'counter') return [key, { counter: value.replace(/^"|"$/g, '') }]
  const verdict = readRule(value).verdict
  return [key, verdict ?? { type: 'return' }]
}

function readChain(name: string, lines: readonly string[], expected: Chain | undefined): Chain {
  const rules: Rule[] = []
  let hook: BaseHook | undefined
  let comment: string | undefined
  for (const line of lines) {
    const text = line.trim()
    const remark = /^comment "(.*)"$/.exec(text)
    const header = /^type (\S+) hook (\S+) priority ([^;]+); policy (accept|drop);$/.exec(text)
    if (remark !== null) comment = remark[1]
    else if (header !== null) hook = readHook(header)
    else if (text !== '') rules.push(asExpected(text, expected?.rules[rules.length]) ?? readRule(text))
  }
  return { name, hook, comment, rules }
}

function asExpected(text: string, rule: Rule | undefined): Rule | undefined {
  return rule !== undefined && printRule(rule) === text ? rule : undefined
}

/** A priority is a number, a name, or a name and an offset: `filter - 10`. */
function readHook(header: RegExpExecArray): BaseHook {
  const [base = '', sign, offset] = (header[3] ?? '').trim().split(' ')
  const start = priorities.get(base) ?? Number(base)
  const priority = sign === undefined ? start : start + (sign === '-' ? -1 : 1) * Number(offset)
  return { type: header[1] ?? '', hook: header[2] ?? '', priority, fallback: header[4] === 'drop' ? 'drop' : 'accept' }
}
