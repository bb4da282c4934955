/** One field of a packet, as nft names it, with the words it is compared with -> a match. */

import { type Family, families } from '../net/family.ts'
import { icmp, icmpv6, sctp, tcp, udp } from '../net/protocol.ts'
import { type Choice, choose, complement } from './choice.ts'
import { type AddressList, type DestinationType, type FilterState, listOf, type Match } from './match.ts'
import { at, type Json, listOfJson, textAt } from './nft-json.ts'
import { readAddressList, readIcmp, readPortList, readProtocolWord, without } from './read-values.ts'

export interface Compared {
  readonly words: readonly string[]
  readonly negated: boolean
  /** The named set that holds the words. */
  readonly set: string | undefined
}

/** Any of them; undefined when the field is none that policies know. */
export function fieldMatches(field: Json, compared: Compared): readonly Match[] | undefined {
  const meta = textAt(at(field, 'meta'), 'key')
  if (meta !== '') return metaMatches(meta, compared)
  const payload = at(field, 'payload')
  if (payload !== undefined) return payloadMatches(textAt(payload, 'protocol'), textAt(payload, 'field'), compared)
  const ct = textAt(at(field, 'ct'), 'key')
  if (ct === 'state') return [{ states: stateChoice(compared) }]
  if (ct === 'status')
    return compared.words.join() === 'dnat' && !compared.negated ? [{ isRewritten: true }] : undefined
  const fib = at(field, 'fib')
  if (textAt(fib, 'result') === 'type' && flagsOf(fib) === 'daddr') return destinationTypes(compared)
  return undefined
}

function flagsOf(fib: Json | undefined): string {
  const flags = at(fib, 'flags')
  return Array.isArray(flags) ? listOfJson(flags).join(' ') : String(flags)
}

function own<T>(choice: Choice<T>, { negated }: Compared): Choice<T> {
  return negated ? complement(choice) : choice
}

function metaMatches(key: string, compared: Compared): readonly Match[] | undefined {
  const { words } = compared
  switch (key) {
    case 'iifname':
    case 'iif':
      return [{ iif: own(choose(...words), compared) }]
    case 'oifname':
    case 'oif':
      return [{ oif: own(choose(...words), compared) }]
    case 'l4proto':
      return protocolMatches(compared)
    case 'nfproto':
    case 'protocol': {
      const named = families.filter((family) =>
        words.includes(family === 4 ? (key === 'nfproto' ? 'ipv4' : 'ip') : key === 'nfproto' ? 'ipv6' : 'ip6'),
      )
      if (named.length !== words.length) return undefined
      return families.filter((family) => named.includes(family) !== compared.negated).map((family) => ({ family }))
    }
    default:
      return undefined
  }
}

function protocolMatches(compared: Compared): readonly Match[] | undefined {
  const numbers = compared.words.map(readProtocolWord)
  const known = numbers.flatMap((number) => number ?? [])
  return known.length === numbers.length ? [{ protocol: own(choose(...known), compared) }] : undefined
}

const transports: Readonly<Record<string, number | undefined>> = { tcp, udp, sctp, th: 0 }

function payloadMatches(protocol: string, field: string, compared: Compared): readonly Match[] | undefined {
  const family: Family = protocol.endsWith('6') ? 6 : 4
  if (field === 'saddr' || field === 'daddr') return addressMatches(family, field, compared)
  if ((protocol === 'ip' && field === 'protocol') || (protocol === 'ip6' && field === 'nexthdr'))
    return protocolMatches(compared)?.map((match) => ({ ...match, family }))
  if (field === 'sport' || field === 'dport') return portMatches(transports[protocol], field, compared)
  if (protocol === 'icmp') return icmpMatches(4, field, compared)
  if (protocol === 'icmpv6') return icmpMatches(6, field, compared)
  return undefined
}

function addressMatches(
  family: Family,
  field: string,
  { words, negated, set }: Compared,
): readonly Match[] | undefined {
  const intervals = readAddressList(words, family)
  if (intervals === undefined) return undefined
  const list: AddressList = { ...listOf(intervals), set }
  const side = negated ? { among: undefined, not: [list] } : { among: list, not: [] }
  return [{ family, [field === 'saddr' ? 'source' : 'destination']: side }]
}

/** @param protocol 0: of whatever protocol the rule says */
function portMatches(
  protocol: number | undefined,
  field: string,
  { words, negated }: Compared,
): readonly Match[] | undefined {
  const list = readPortList(words)
  if (list === undefined || protocol === undefined) return undefined
  const side = field === 'sport' ? 'sourcePorts' : 'destinationPorts'
  return [{ ...(protocol === 0 ? {} : { protocol: choose(protocol) }), [side]: negated ? without(list, 65535n) : list }]
}

function icmpMatches(family: Family, field: string, { words, negated }: Compared): readonly Match[] | undefined {
  const protocol = choose(family === 4 ? icmp : icmpv6)
  const lists = words.map((word) =>
    field === 'type' ? readIcmp(word, family) : field === 'code' ? codeOf(word, family) : undefined,
  )
  const known = lists.flatMap((list) => list ?? [])
  if (lists.includes(undefined) || lists.length === 0) return undefined
  const list = listOf(known).intervals
  return [{ family, protocol, icmp: negated ? without(list, 65535n) : list }]
}

/** nft names a code after the type it belongs to, and takes the number of it. */
function codeOf(word: string, family: Family): ReturnType<typeof readIcmp> {
  const named = /^\d+$/.test(word) ? [{ from: BigInt(word) }] : readIcmp(codeNames[word] ?? word, family)
  const code = named?.[0] === undefined ? undefined : named[0].from % 256n
  if (code === undefined || code > 255n) return undefined
  return Array.from({ length: 256 }, (_, type) => ({
    from: BigInt(type) * 256n + code,
    to: BigInt(type) * 256n + code,
  }))
}

const codeNames: Readonly<Record<string, string>> = {
  'frag-needed': 'fragmentation-needed',
  'net-unreachable': 'network-unreachable',
  'prot-unreachable': 'protocol-unreachable',
  'admin-prohibited': 'communication-prohibited',
}

const allStates: readonly FilterState[] = ['new', 'established', 'related', 'invalid', 'untracked']

function stateChoice({ words, negated }: Compared): readonly FilterState[] {
  return allStates.filter((state) => words.includes(state) !== negated)
}

function destinationTypes(compared: Compared): readonly Match[] | undefined {
  const known: readonly DestinationType[] = ['local', 'broadcast', 'multicast', 'unicast']
  const types = known.filter((type) => compared.words.includes(type))
  return types.length === compared.words.length ? [{ destinationType: own(choose(...types), compared) }] : undefined
}
