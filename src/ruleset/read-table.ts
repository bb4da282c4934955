/** The text of `nft -s -n list table` as a ruleset. What we do not understand is kept as it is, so that it can be shown and removed. */

import type { BaseHook, Chain } from './chain.ts'
import type { KeyType, MapValue, NamedMap, NamedSet } from './named-set.ts'
import { readElementField } from './read-element.ts'
import { readRule } from './read-rule.ts'
import type { Rule } from './rule.ts'
import type { ForeignObject, Ruleset } from './ruleset.ts'
import { priorities } from './symbols.ts'

const keyTypes: ReadonlySet<string> = new Set<KeyType>([
  'ipv4_addr',
  'ipv6_addr',
  'inet_proto',
  'inet_service',
  'ifname',
])

/** @param text one table; undefined comes back when it holds none */
export function readTable(text: string): Ruleset | undefined {
  const lines = text.split('\n')
  const start = lines.findIndex((line) => /^table .*\{$/.test(line))
  if (start === -1) return undefined
  const draft = newDraft()
  for (let at = start + 1; at < lines.length && lines[at] !== '}'; at++) {
    const line = (lines[at] ?? '').trim()
    const empty = /^(counter) (\S+) \{ \}$/.exec(line)
    if (empty !== null) draft.counters.add(empty[2] ?? '')
    else if (line.endsWith('{')) {
      const end = lines.indexOf('\t}', at)
      const body = lines.slice(at + 1, end === -1 ? lines.length : end)
      readBlock(draft, { words: line.slice(0, -1).trim().split(' '), lines: body })
      at = end === -1 ? lines.length : end
    } else if (line.startsWith('flags ')) draft.flags.push(...line.slice(6).split(','))
  }
  return draft
}

interface Draft extends Ruleset {
  readonly flags: string[]
  readonly counters: Set<string>
  readonly sets: Map<string, NamedSet>
  readonly maps: Map<string, NamedMap>
  readonly chains: Map<string, Chain>
  readonly foreign: Map<string, ForeignObject>
}

interface Block {
  /** `chain`, `input` */
  readonly words: readonly string[]
  readonly lines: readonly string[]
}

function newDraft(): Draft {
  return { flags: [], counters: new Set(), sets: new Map(), maps: new Map(), chains: new Map(), foreign: new Map() }
}

function readBlock(draft: Draft, block: Block): void {
  const name = block.words.at(-1) ?? ''
  const keyword = block.words.slice(0, -1).join(' ')
  const known = knownReaders[keyword]?.(draft, name, block.lines) ?? false
  if (known) return
  // `nft -n` lists the protocol of a helper as the number that it does not read, unless /etc/protocols is there.
  const body = block.lines
    .join('\n')
    .replace(/\bprotocol 6$/m, 'protocol tcp')
    .replace(/\bprotocol 17$/m, 'protocol udp')
  const text = `\t${block.words.join(' ')} {\n${body}\n\t}`
  draft.foreign.set(`${keyword} ${name}`, { keyword, name, text })
}

type BlockReader = (draft: Draft, name: string, lines: readonly string[]) => boolean

const knownReaders: Readonly<Record<string, BlockReader>> = {
  counter(draft, name) {
    draft.counters.add(name)
    return true
  },
  set(draft, name, lines) {
    const { declaration, elements, data } = readDeclaration(name, lines)
    if (declaration === undefined || data !== undefined) return false
    draft.sets.set(name, { ...declaration, elements: new Set(elements.map(readElement)) })
    return true
  },
  map(draft, name, lines) {
    const { declaration, elements, data } = readDeclaration(name, lines)
    if (declaration === undefined || (data !== 'verdict' && data !== 'counter')) return false
    draft.maps.set(name, {
      ...declaration,
      data,
      elements: new Map(elements.map((text) => readMapElement(text, data))),
    })
    return true
  },
  chain(draft, name, lines) {
    draft.chains.set(name, readChain(name, lines))
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

function readChain(name: string, lines: readonly string[]): Chain {
  const rules: Rule[] = []
  let hook: BaseHook | undefined
  let comment: string | undefined
  for (const line of lines) {
    const text = line.trim()
    const remark = /^comment "(.*)"$/.exec(text)
    const header = /^type (\S+) hook (\S+) priority ([^;]+); policy (accept|drop);$/.exec(text)
    if (remark !== null) comment = remark[1]
    else if (header !== null) hook = readHook(header)
    else if (text !== '') rules.push(readRule(text))
  }
  return { name, hook, comment, rules }
}

/** A priority is a number, a name, or a name and an offset: `filter - 10`. */
function readHook(header: RegExpExecArray): BaseHook {
  const [base = '', sign, offset] = (header[3] ?? '').trim().split(' ')
  const start = priorities.get(base) ?? Number(base)
  const priority = sign === undefined ? start : start + (sign === '-' ? -1 : 1) * Number(offset)
  return { type: header[1] ?? '', hook: header[2] ?? '', priority, fallback: header[4] === 'drop' ? 'drop' : 'accept' }
}
