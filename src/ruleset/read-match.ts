/** The matches of a listed rule, one at a time. */

import { readNetmask } from '../net/cidr.ts'
import type { Family } from '../net/family.ts'
import type { PortRange } from '../net/port-range.ts'
import { readElementField } from './read-element.ts'
import type { CtState, KeyField, Match } from './rule.ts'
import { readNames } from './symbols.ts'
import type { Words } from './words.ts'

/** The match that begins with the word; undefined for a form that we never write. */
export function readMatch(words: Words, word: string): Match | undefined {
  switch (word) {
    case 'fib':
      return readFib(words)
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

/** Of the kernel (RTN_LOCAL, RTN_BROADCAST), as nft -n lists them. */
const addressTypes: ReadonlyMap<string, string> = new Map([
  ['2', 'local'],
  ['3', 'broadcast'],
])

function readFib(words: Words): Match | undefined {
  if (words.take('daddr', 'type')) {
    const types = words.list().map((type) => addressTypes.get(type) ?? type)
    return types.join() === 'local,broadcast' ? { type: 'local-destination' } : undefined
  }
  if (!words.take('saddr', '.', 'iif', 'oif')) return undefined
  return words.take('missing') || words.take('0') ? { type: 'spoofed' } : undefined
}

function readMark(words: Words): Match | undefined {
  const bit = words.take('&') ? readMask(words.next()) : undefined
  const value = bit !== undefined && words.take('==') ? readMask(words.next()) : undefined
  if (bit === undefined || (value !== 0 && value !== bit)) return undefined
  return { type: 'mark', bit, isSet: value === bit }
}

export function readMask(word: string): number | undefined {
  return /^0x[0-9a-f]{1,8}$/.test(word) ? Number(word) : undefined
}

function readMeta(words: Words): Match | undefined {
  if (words.take('mark')) return readMark(words)
  if (words.take('nfproto')) {
    const family = ({ ipv4: 4, '2': 4, ipv6: 6, '10': 6 } as const)[words.next() as 'ipv4' | '2' | 'ipv6' | '10']
    return family === undefined ? undefined : { type: 'family', family }
  }
  if (words.take('time')) return readTime(words)
  if (!words.take('l4proto')) return undefined
  if (words.take('.')) return readLookup(words, { family: undefined, first: 'protocol' })
  const negated = words.take('!=')
  const protocols = words.list().map(readNames.protocol)
  return allDefined(protocols) ? { type: 'protocol', protocols: sorted(protocols), negated } : undefined
}

/** As we print it, or as nft lists it in a program whose time zone is UTC. */
function readTime(words: Words): Match | undefined {
  if (!words.take('<')) return undefined
  const word = words.next()
  const date = /^"(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)"$/.exec(word)
  const before = date === null ? Number(word) : Date.parse(`${date[1]}T${date[2]}Z`) / 1000
  return Number.isSafeInteger(before) ? { type: 'time', before } : undefined
}

function readNetwork(words: Words, family: Family): Match | undefined {
  if (family === 6 && words.take('hoplimit')) {
    const limit = words.next()
    return /^\d+$/.test(limit) ? { type: 'hop-limit', value: Number(limit) } : undefined
  }
  const side = words.next()
  if (side !== 'saddr' && side !== 'daddr') return undefined
  if (words.take('.')) return readLookup(words, { family, first: side })
  if (words.take('&')) return readMasked(words, { side, family })
  const negated = words.take('!=')
  const items = words.list()
  const name = items.length === 1 ? readSetName(items[0] ?? '') : undefined
  if (name !== undefined) return { type: 'address', side, family, among: { type: 'set', name }, negated }
  if (!items.every((item) => /^[0-9a-fA-F:][0-9a-fA-F.:/-]*$/.test(item))) return undefined
  return { type: 'address', side, family, among: { type: 'literal', elements: items.map(readElementField) }, negated }
}

/** `255.255.255.0 == @set`: of other comparisons behind a mask we write none. */
function readMasked(
  words: Words,
  { side, family }: { readonly side: 'saddr' | 'daddr'; readonly family: Family },
): Match | undefined {
  const prefix = readNetmask(words.next(), family)
  const negated = words.take('!=')
  const name = negated || words.take('==') ? readSetName(words.next()) : undefined
  if (prefix === undefined || name === undefined) return undefined
  return { type: 'address', side, family, among: { type: 'networks', name, prefix }, negated }
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

/** The rest of `ip daddr . meta l4proto . th dport @set`, after the first dot. */
function readLookup(
  words: Words,
  start: { readonly family: Family | undefined; readonly first: KeyField },
): Match | undefined {
  const key = readKey(words, words.next())
  const negated = words.take('!=')
  const set = readSetName(words.next())
  if (key === undefined || set === undefined) return undefined
  return { type: 'lookup', family: start.family ?? key.family, fields: [start.first, ...key.fields], set, negated }
}

/** Fields joined by dots, of which the first word is read already. */
export function readKey(
  words: Words,
  first: string,
): { readonly family: Family | undefined; readonly fields: readonly KeyField[] } | undefined {
  const fields: KeyField[] = []
  let family: Family | undefined
  for (let word = first; ; word = words.next()) {
    if (word === 'ip' || word === 'ip6') family = word === 'ip' ? 4 : 6
    const name =
      word === 'iifname' || word === 'oifname' ? word : keyFields.get(`${word.replace(/^ip6$/, 'ip')} ${words.next()}`)
    if (name === undefined || words.failed) return undefined
    fields.push(name)
    if (!words.take('.')) return { family, fields }
  }
}

const keyFields: ReadonlyMap<string, KeyField> = new Map([
  ['ip saddr', 'saddr'],
  ['ip daddr', 'daddr'],
  ['meta l4proto', 'protocol'],
  ['th sport', 'sport'],
  ['th dport', 'dport'],
])

/** `@name` */
export function readSetName(word: string): string | undefined {
  return word.startsWith('@') ? word.slice(1) : undefined
}

function allDefined<T>(values: readonly (T | undefined)[]): values is readonly T[] {
  return values.every((value) => value !== undefined)
}

function sorted(numbers: readonly number[]): readonly number[] {
  return [...numbers].sort((a, b) => a - b)
}
