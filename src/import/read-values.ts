/** Words that all firewalls write alike: networks, ports, protocols, ICMP types. Undefined for what cannot be read. */

import { addressBits, readAddress } from '../net/address.ts'
import { cidrInterval, readCidr } from '../net/cidr.ts'
import type { Family } from '../net/family.ts'
import { type Interval, mergeIntervals, subtractIntervals } from '../net/interval.ts'

/** Networks, addresses and ranges `a-b`; those of the other family are left out. */
export function readAddressList(words: readonly string[], family: Family): readonly Interval[] | undefined {
  const found: Interval[] = []
  for (const word of words) {
    // IPv4-mapped addresses are on no wire, and policies do not take them
    if (/^::ffff:\d+\./i.test(word)) continue
    const interval = readAddressRange(word)
    if (interval === undefined) return undefined
    if (interval.family === family) found.push(interval)
  }
  return mergeIntervals(found)
}

export function readAddressRange(word: string): (Interval & { readonly family: Family }) | undefined {
  const [from, to, ...more] = word.split('-').map((text) => readAddress(text))
  if (to !== undefined && from !== undefined && more.length === 0) {
    return from.family === to.family && from.value <= to.value
      ? { family: from.family, from: from.value, to: to.value }
      : undefined
  }
  const reading = readCidr(word)
  return reading.type === 'cidr' ? { family: reading.cidr.family, ...cidrInterval(reading.cidr) } : undefined
}

export function allAddresses(family: Family): Interval {
  return { from: 0n, to: (1n << BigInt(addressBits(family))) - 1n }
}

/** Each `80` or `80-90`. */
export function readPortList(words: readonly string[]): readonly Interval[] | undefined {
  const found = words.map((word) => /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(word))
  const list = found.flatMap((match) =>
    match === null ? [] : { from: BigInt(match[1] ?? ''), to: BigInt(match[2] ?? match[1] ?? '') },
  )
  return list.length === words.length && list.every(({ from, to }) => from <= to && to <= 65535n)
    ? mergeIntervals(list)
    : undefined
}

/** From 0 to the last one, without these. */
export function without(list: readonly Interval[], last: bigint): readonly Interval[] {
  return subtractIntervals([{ from: 0n, to: last }], list)
}

const protocols: Readonly<Record<string, number>> = {
  all: 0,
  icmp: 1,
  igmp: 2,
  ipip: 4,
  ipencap: 4,
  tcp: 6,
  udp: 17,
  dccp: 33,
  ipv6: 41,
  gre: 47,
  esp: 50,
  ah: 51,
  icmpv6: 58,
  'ipv6-icmp': 58,
  ospf: 89,
  pim: 103,
  vrrp: 112,
  l2tp: 115,
  sctp: 132,
  udplite: 136,
}

/** 0: every protocol. */
export function readProtocolWord(word: string): number | undefined {
  if (/^\d{1,3}$/.test(word)) return Number(word) <= 255 ? Number(word) : undefined
  return protocols[word.toLowerCase()]
}

/** A type, or a type and a code, by number (`8`, `3/4`) or by the name that nft, iptables or firewalld give it. */
export function readIcmp(word: string, family: Family): readonly Interval[] | undefined {
  const numbers = /^(\d{1,3})(?:\/(\d{1,3}))?$/.exec(word)
  const [type, code] = numbers === null ? namedIcmp(word, family) : [Number(numbers[1]), toCode(numbers[2])]
  if (type === undefined || type > 255 || (code ?? 0) > 255) return undefined
  const first = BigInt(type * 256 + (code ?? 0))
  return [{ from: first, to: code === undefined ? first + 255n : first }]
}

function toCode(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text)
}

function namedIcmp(word: string, family: Family): readonly [number | undefined, number | undefined] {
  const known = (family === 4 ? icmp4 : icmp6)[word]
  return typeof known === 'number' ? [known, undefined] : (known ?? [undefined, undefined])
}

type Names = Readonly<Record<string, number | readonly [number, number]>>

const icmp4: Names = {
  'echo-reply': 0,
  'destination-unreachable': 3,
  'network-unreachable': [3, 0],
  'host-unreachable': [3, 1],
  'protocol-unreachable': [3, 2],
  'port-unreachable': [3, 3],
  'fragmentation-needed': [3, 4],
  'host-prohibited': [3, 10],
  'communication-prohibited': [3, 13],
  'source-quench': 4,
  redirect: 5,
  'echo-request': 8,
  'router-advertisement': 9,
  'router-solicitation': 10,
  'time-exceeded': 11,
  'parameter-problem': 12,
  'timestamp-request': 13,
  'timestamp-reply': 14,
  'info-request': 15,
  'info-reply': 16,
  'address-mask-request': 17,
  'address-mask-reply': 18,
}

const icmp6: Names = {
  'destination-unreachable': 1,
  'packet-too-big': 2,
  'time-exceeded': 3,
  'parameter-problem': 4,
  'echo-request': 128,
  'echo-reply': 129,
  'mld-listener-query': 130,
  'mld-listener-report': 131,
  'mld-listener-done': 132,
  'mld-listener-reduction': 132,
  'nd-router-solicit': 133,
  'router-solicitation': 133,
  'nd-router-advert': 134,
  'router-advertisement': 134,
  'nd-neighbor-solicit': 135,
  'neighbour-solicitation': 135,
  'nd-neighbor-advert': 136,
  'neighbour-advertisement': 136,
  'nd-redirect': 137,
  redirect: 137,
  'mld2-listener-report': 143,
}
