/** One line of an nft listing as a rule. A line in a form that we never write becomes an opaque rule; nothing is lost or guessed. */

import type { Family } from '../net/family.ts'
import { readKey, readMask, readMatch, readSetName } from './read-match.ts'
import type { InterfaceSide, Match, Rule, Statement, Verdict } from './rule.ts'
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
    const part = readPart(words, matches)
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

function readPart(words: Words, matches: readonly Match[]): Part | undefined {
  const word = words.next()
  switch (word) {
    case 'accept':
    case 'drop':
    case 'return':
      return { part: 'verdict', value: { type: word } }
    case 'reject':
      return isPlainReject(words, matches) ? { part: 'verdict', value: { type: word } } : undefined
    case 'jump':
    case 'goto':
      return { part: 'verdict', value: { type: word, chain: words.next() } }
    case 'comment':
      return { part: 'comment', value: words.quoted() }
    case 'counter':
      return words.take('name') ? asStatement(readCounter(words)) : undefined
    case 'limit':
      return words.take('rate') ? asStatement(readLimit(words)) : undefined
    case 'log':
      return words.take('prefix') ? asStatement({ type: 'log', prefix: words.quoted() }) : undefined
    case 'notrack':
      return asStatement({ type: 'notrack' })
    case 'meta':
      return words.take('mark', 'set', 'meta', 'mark')
        ? asStatement(readMarkChange(words))
        : asMatch(readMatch(words, word))
    case 'iifname':
    case 'oifname':
      return readInterface(words, word)
    default:
      return asMatch(readMatch(words, word))
  }
}

/** Behind matches of one family nft makes `reject` say what it means there, and lists that. */
function isPlainReject(words: Words, matches: readonly Match[]): boolean {
  if (!words.take('with')) return true
  const family = words.take('icmp') ? 4 : words.take('icmpv6') ? 6 : undefined
  const code = words.next()
  const isPortUnreachable = code === 'port-unreachable' || code === (family === 4 ? '3' : '4')
  return isPortUnreachable && family !== undefined && matches.some((match) => familyOf(match) === family)
}

function familyOf(match: Match): Family | undefined {
  if (match.type === 'hop-limit') return 6
  return 'family' in match ? match.family : undefined
}

function asMatch(value: Match | undefined): Part | undefined {
  return value === undefined ? undefined : { part: 'match', value }
}

function asStatement(value: Statement | undefined): Part | undefined {
  return value === undefined ? undefined : { part: 'statement', value }
}

function readInterface(words: Words, side: InterfaceSide): Part | undefined {
  if (words.take('vmap')) {
    const map = readSetName(words.next())
    return map === undefined ? undefined : { part: 'verdict', value: { type: 'lookup', side, map } }
  }
  const negated = words.take('!=')
  const names = words.list()
  if (!names.every((name) => /^".*"$/.test(name))) return undefined
  // nft sorts them by length
  const bare = names.map((name) => name.slice(1, -1)).sort()
  return { part: 'match', value: { type: 'interface', side, names: bare, negated } }
}

function readCounter(words: Words): Statement | undefined {
  const first = words.next()
  if (/^".*"$/.test(first)) return { type: 'counter', name: first.slice(1, -1) }
  const key = readKey(words, first)
  const map = key !== undefined && words.take('map') ? readSetName(words.next()) : undefined
  return key === undefined || map === undefined ? undefined : { type: 'counter-map', ...key, map }
}

function readLimit(words: Words): Statement | undefined {
  const match = /^(\d+)\/(second|minute|hour|day)$/.exec(words.next())
  const per = match?.[2]
  if (per !== 'second' && per !== 'minute' && per !== 'hour' && per !== 'day') return undefined
  const burst = words.take('burst') ? Number(words.next()) : undefined
  if (burst !== undefined && !words.take('packets')) return undefined
  return { type: 'limit', count: Number(match?.[1]), per, burst }
}

/** `| 0x00010000`, `& 0xfffeffff` */
function readMarkChange(words: Words): Statement | undefined {
  const sets = words.take('|')
  if (!sets && !words.take('&')) return undefined
  const mask = readMask(words.next())
  const bit = mask === undefined ? undefined : sets ? mask : ~mask >>> 0
  return bit === undefined ? undefined : { type: sets ? 'set-mark' : 'clear-mark', bit }
}
