/** One line of an nft listing as a rule. A line in a form that we never write becomes an opaque rule; nothing is lost or guessed. */

import { printAddress, readAnyAddress } from '../net/address.ts'
import type { Family } from '../net/family.ts'
import type { PortRange } from '../net/port-range.ts'
import type { CtState, InterfaceSide, KeyField, Match, Rule, Statement, Verdict } from './rule.ts'
import { readNames } from './symbols.ts'
import { Words } from './words.ts'

type Part =
  | { readonly part: 'match'; readonly value: Match }
  | { readonly part: 'statement'; readonly value: Statement }
  | { readonly part: 'verdict'; readonly value: Verdict }
  | { readonly part: 'comment'; readonly value: string }

/** @param line without indentation; as listed with or without `nft -n` */
export function readRule(line: string): Rule {
  const words = new Words(line)
  const matches: Match[] = []
  const statements: Statement[] = []
  let verdict: Verdict | undefined
  let comment: string | undefined
  while (!words.atEnd()) {
    const part = readPart(words)
    if (part === undefined || words.failed) return opaque(line)
    if (part.part === 'comment') comment = part.value
    else if (verdict !== undefined) return opaque(line)
    else if (part.part === 'verdict') verdict = part.value
    else if (part.part === 'statement') statements.push(part.value)
    else if (statements.length > 0) return opaque(line)
    else matches.push(part.value)
  }
  return { matches, statements, verdict, comment }
}

function opaque(text: string): Rule {
  return { matches: [], statements: [{ type: 'opaque', text }], verdict: undefined, comment: undefined }
}

/** The canonical text of one address, network or range as nft prints it; other text unchanged. */
export function readElementField(text: string): string {
  if (!text.includes(':')) return readNames.protocol(text)?.toString() ?? text
  return text
    .split('-')
    .map((end) => {
      const [address = '', prefix] = end.split('/')
      const read = readAnyAddress(address)
      if (read === undefined) return end
      return prefix === undefined ? printAddress(read) : `${printAddress(read)}/${prefix}`
    })
    .join('-')
}

function readPart(words: Words): Part | undefined {
  const word = words.next()
  switch (word) {
    case 'accept':
    case 'drop':
    case 'return':
      return { part: 'verdict', value: { type: word } }
    case 'jump':
    case 'goto':
      return { part: 'verdict', value: { type: word, chain: words.next() } }
    case 'comment':
      return { part: 'comment', value: words.quoted() }
    case 'counter':
      return words.take('name') ? asStatement(readCounter(words)) : undefined
    case 'limit':
      return words.take('rate') ? asStatement(readLimit(words.next())) : undefined
    case 'log':
      return words.take('prefix') ? asStatement({ type: 'log', prefix: words.quoted() }) : undefined
    case 'iifname':
    case 'oifname':
      return readInterface(words, word)
    default: {
      const match = readMatch(words, word)
      return match === undefined ? undefined : { part: 'match', value: match }
    }
  }
}

function asStatement(value: Statement | undefined): Part | undefined {
  return value === undefined ? undefined : { part: 'statement', value }
}

function readInterface(words: Words, side: InterfaceSide): Part | undefined {
  if (words.take('vmap')) {
    const map = setName(words.next())
    return map === undefined ? undefined : { part: 'verdict', value: { type: 'lookup', side, map } }
  }
  const negated = words.take('!=')
  const names = words.list()
  if (!names.every((name) => /^".*"$/.test(name))) return undefined
  // nft sorts them by length
  const bare = names.map((name) => name.slice(1, -1)).sort()
  return { part: 'match', value: { type: 'interface', side, names: bare, negated } }
}

function readMatch(words: Words, word: string): Match | undefined {
  switch (word) {
    case 'iif':
      return words.take('0') ? { type: 'local-origin' } : undefined
    case 'meta':
      return readMeta(words)
    case 'ip':
    case 'ip6':
      return readNetwork(words, word === 'ip' ? 4 : 6)
    case 'icmp':
    case 'icmpv6':
      return readIcmp(words, word)
    case 'ct':
      return readCt(words)
    default:
      return readPorts(words, word)
  }
}

function readMeta(words: Words): Match | undefined {
  if (words.take('nfproto')) {
    const family = ({ ipv4: 4, '2': 4, ipv6: 6, '10': 6 } as const)[words.next() as 'ipv4' | '2' | 'ipv6' | '10']
    return family === undefined ? undefined : { type: 'family', family }
  }
  if (!words.take('l4proto')) return undefined
  const negated = words.take('!=')
  const protocols = words.list().map(readNames.protocol)
  return allDefined(protocols) ? { type: 'protocol', protocols: sorted(protocols), negated } : undefined
}

function readNetwork(words: Words, family: Family): Match | undefined {
  if (family === 6 && words.take('hoplimit')) {
    const limit = words.next()
    return /^\d+$/.test(limit) ? { type: 'hop-limit', value: Number(limit) } : undefined
  }
  const side = words.next()
  if (side !== 'saddr' && side !== 'daddr') return undefined
  const negated = words.take('!=')
  const items = words.list()
  const name = items.length === 1 ? setName(items[0] ?? '') : undefined
  if (name !== undefined) return { type: 'address', side, family, among: { type: 'set', name }, negated }
  if (!items.every((item) => /^[0-9a-fA-F:][0-9a-fA-F.:/-]*$/.test(item))) return undefined
  return { type: 'address', side, family, among: { type: 'literal', elements: items.map(readElementField) }, negated }
}

function readIcmp(words: Words, word: 'icmp' | 'icmpv6'): Match | undefined {
  const family: Family = word === 'icmp' ? 4 : 6
  if (!words.take('type')) return undefined
  const pair = words.take('.', word, 'code')
  const negated = words.take('!=')
  const items = words.list()
  if (!pair) {
    const types = items.map(Number)
    return types.every(Number.isInteger) ? { type: 'icmp', family, types, code: undefined, negated } : undefined
  }
  const numbers = /^(\d+) \. (\d+)$/.exec(items[0] ?? '')
  if (items.length !== 1 || numbers === null) return undefined
  return { type: 'icmp', family, types: [Number(numbers[1])], code: Number(numbers[2]), negated }
}

function readCt(words: Words): Match | undefined {
  if (words.take('status')) return words.take('dnat') || words.take('0x20') ? { type: 'ct-dnat' } : undefined
  if (!words.take('state')) return undefined
  const states: readonly (CtState | undefined)[] = words.commaList().map(readNames.ctState)
  return allDefined(states) ? { type: 'ct-state', states } : undefined
}

function readPorts(words: Words, word: string): Match | undefined {
  const protocol = readNames.protocol(word)
  const side = words.next()
  if (protocol === undefined || /^\d/.test(word) || (side !== 'sport' && side !== 'dport')) return undefined
  const negated = words.take('!=')
  const ranges = words.list().map(readPortWord)
  return allDefined(ranges) ? { type: 'port', side, protocol, ranges, negated } : undefined
}

function readPortWord(text: string): PortRange | undefined {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text)
  return match === null ? undefined : { from: Number(match[1]), to: Number(match[2] ?? match[1]) }
}

function readCounter(words: Words): Statement | undefined {
  const first = words.next()
  if (/^".*"$/.test(first)) return { type: 'counter', name: first.slice(1, -1) }
  const fields: KeyField[] = []
  let family: Family | undefined
  for (let word = first; ; word = words.next()) {
    const field = words.next()
    if (word === 'ip' || word === 'ip6') family = word === 'ip' ? 4 : 6
    const known = { saddr: 'saddr', daddr: 'daddr', l4proto: 'protocol', sport: 'sport', dport: 'dport' } as const
    const name = known[field as keyof typeof known]
    if (name === undefined || words.failed) return undefined
    fields.push(name)
    if (!words.take('.')) break
  }
  const map = words.take('map') ? setName(words.next()) : undefined
  return map === undefined ? undefined : { type: 'counter-map', family, fields, map }
}

function readLimit(rate: string): Statement | undefined {
  const match = /^(\d+)\/(second|minute|hour|day)$/.exec(rate)
  const per = match?.[2]
  if (per !== 'second' && per !== 'minute' && per !== 'hour' && per !== 'day') return undefined
  return { type: 'limit', count: Number(match?.[1]), per }
}

function setName(word: string): string | undefined {
  return word.startsWith('@') ? word.slice(1) : undefined
}

function allDefined<T>(values: readonly (T | undefined)[]): values is readonly T[] {
  return values.every((value) => value !== undefined)
}

function sorted(numbers: readonly number[]): readonly number[] {
  return [...numbers].sort((a, b) => a - b)
}
