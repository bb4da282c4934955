/**
 * The named sets of the peers that rules look up, for each selector and family in one of three forms:
 *
 *   single addresses   one hash set
 *   few networks       one interval set
 *   many networks      a hash set for each prefix length, looked up behind a netmask
 *
 * nft reads an interval set back whenever an element comes or goes: with 100,000 networks that takes seconds, in hash sets
 * milliseconds. One more hash set costs a packet about 70 ns, an interval set of 100,000 about 600 (nft 1.0.6, kernel 6.18).
 */

import { addressBits, printAddress } from '../net/address.ts'
import { cidrInterval, networksOf } from '../net/cidr.ts'
import { type Family, families } from '../net/family.ts'
import { type Interval, mergeIntervals } from '../net/interval.ts'
import type { NamedPorts, Peers } from '../policy/host-view.ts'
import { addressElement, type NamedSet } from '../ruleset/named-set.ts'
import type { AddressList } from '../ruleset/rule.ts'
import { commentText, namedPortSet, peerNetworksSet, peerSet } from './names.ts'

/** Up to so many intervals an interval set is changed in no more than about twice the time of a hash set. */
export const fewIntervals = 1024

/**
 * An address of a peer is in exactly one of the lists, any other in none. Without a peer of the family there is no list.
 * @param mostIntervals of an interval set; Infinity: a single list, however long it takes to change
 */
export function peerLookups(peers: Peers, family: Family, mostIntervals: number): readonly AddressList[] {
  return lookupsOf(peers, family, mostIntervals).map(({ among }) => among)
}

/** Those that rules look up. */
export function peerSets(
  peers: Iterable<Peers>,
  { used, mostIntervals }: { readonly used: ReadonlySet<string>; readonly mostIntervals: number },
): readonly NamedSet[] {
  return [...peers].flatMap((peer) =>
    families.flatMap((family) => {
      const limit = used.has(peerSet(peer.selector, family)) ? Number.POSITIVE_INFINITY : mostIntervals
      const lookups = [...lookupsOf(peer, family, mostIntervals), ...lookupsOf(peer, family, limit)]
      return lookups.map(({ set }) => set).filter(({ name }) => used.has(name))
    }),
  )
}

interface Lookup {
  readonly among: AddressList
  readonly set: NamedSet
}

/** Many rules look up the same peers, and the next compilation does it again. */
const known = new WeakMap<Peers, Map<string, readonly Lookup[]>>()

function lookupsOf(peers: Peers, family: Family, mostIntervals: number): readonly Lookup[] {
  const found = known.get(peers) ?? new Map<string, readonly Lookup[]>()
  known.set(peers, found)
  const key = `${family} ${mostIntervals}`
  const lookups = found.get(key) ?? makeLookups(peers, family, mostIntervals)
  found.set(key, lookups)
  return lookups
}

function makeLookups({ selector, networks }: Peers, family: Family, mostIntervals: number): readonly Lookup[] {
  const own = networks[family]
  if (own.length === 0) return []
  const name = peerSet(selector, family)
  const set = { key: [addressType(family)], interval: false, comment: commentText(selector), properties: [] } as const
  const among = { type: 'set', name } as const
  if (own.every(({ prefix }) => prefix === addressBits(family))) {
    const elements = new Set(own.map(({ base }) => printAddress({ family, value: base })))
    return [{ among, set: { ...set, name, elements } }]
  }
  const intervals = mergeIntervals(own.map(cidrInterval))
  if (intervals.length > mostIntervals)
    return [...byPrefix(intervals, family)].map(([prefix, elements]) => {
      const part = peerNetworksSet(selector, family, prefix)
      const isWhole = prefix === addressBits(family)
      return {
        among: isWhole ? { type: 'set', name: part } : { type: 'networks', name: part, prefix },
        set: { ...set, name: part, elements },
      }
    })
  const elements = new Set(intervals.map((interval) => addressElement(interval, family)))
  return [{ among, set: { ...set, name, interval: true, elements } }]
}

/** First addresses of the networks of each length, the longest ones first, for those are the most. */
function byPrefix(intervals: readonly Interval[], family: Family): ReadonlyMap<number, ReadonlySet<string>> {
  const parts = new Map<number, Set<string>>()
  for (const interval of intervals)
    for (const { prefix, base } of networksOf(interval, family)) {
      const part = parts.get(prefix) ?? new Set<string>()
      parts.set(prefix, part.add(printAddress({ family, value: base })))
    }
  return new Map([...parts].sort(([a], [b]) => b - a))
}

/** Address, protocol and port of every endpoint that has one of the names. */
export function namedPortSets(lists: Iterable<NamedPorts>): readonly NamedSet[] {
  return [...lists].flatMap(({ key, members }) =>
    families.flatMap((family) => {
      const own = members.filter((member) => member.address.family === family)
      const elements = own.map(({ address, protocol, port }) => `${printAddress(address)} . ${protocol} . ${port}`)
      if (elements.length === 0) return []
      return [
        {
          name: namedPortSet(key, family),
          key: [addressType(family), 'inet_proto', 'inet_service'] as const,
          interval: false,
          comment: commentText(key),
          properties: [],
          elements: new Set(elements),
        },
      ]
    }),
  )
}

function addressType(family: Family): 'ipv4_addr' | 'ipv6_addr' {
  return family === 4 ? 'ipv4_addr' : 'ipv6_addr'
}
