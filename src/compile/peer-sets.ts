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
import { type Cidr, cidrInterval, networksOf } from '../net/cidr.ts'
import { type Family, families } from '../net/family.ts'
import { type Interval, mergeIntervals } from '../net/interval.ts'
import { changeIntervals, type IntervalChanges, networkChanges } from '../net/network-changes.ts'
import type { NamedPorts, Peers } from '../policy/host-view.ts'
import { editSet } from '../ruleset/edited-elements.ts'
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
  return formOf(peers, family, mostIntervals).lookups.map(({ among }) => among)
}

/** What was made of the peers before is made of these by what changed: nothing else of 100,000 networks is looked at. */
export function followPeers(peers: Peers, before: Peers): void {
  if (peers === before || known.has(peers)) return
  const forms = new Map<string, Form>()
  known.set(peers, forms)
  for (const [key, form] of known.get(before) ?? []) {
    const { family } = form
    const next = followForm(form, peers.networks[family], before.networks[family])
    if (next !== undefined) forms.set(key, next)
  }
}

/** Those that rules look up. */
export function peerSets(
  peers: Iterable<Peers>,
  { used, mostIntervals }: { readonly used: ReadonlySet<string>; readonly mostIntervals: number },
): readonly NamedSet[] {
  return [...peers].flatMap((peer) =>
    families.flatMap((family) => {
      const limit = used.has(peerSet(peer.selector, family)) ? Number.POSITIVE_INFINITY : mostIntervals
      const lookups = [mostIntervals, limit].flatMap((most) => formOf(peer, family, most).lookups)
      return lookups.map(({ set }) => set).filter(({ name }) => used.has(name))
    }),
  )
}

interface Lookup {
  readonly among: AddressList
  readonly set: NamedSet
}

/** In which sets the peers of one family are. */
interface Form {
  readonly selector: string
  readonly family: Family
  readonly mostIntervals: number
  readonly type: 'none' | 'addresses' | 'intervals' | 'networks'
  readonly lookups: readonly Lookup[]
  /** Of `networks`: the addresses, canonical. */
  readonly intervals: readonly Interval[]
}

/** Many rules look up the same peers, and the next compilation does it again. */
const known = new WeakMap<Peers, Map<string, Form>>()

function formOf(peers: Peers, family: Family, mostIntervals: number): Form {
  const found = known.get(peers) ?? new Map<string, Form>()
  known.set(peers, found)
  const key = `${family} ${mostIntervals}`
  const form = found.get(key) ?? makeForm(peers, family, mostIntervals)
  found.set(key, form)
  return form
}

function makeForm({ selector, networks }: Peers, family: Family, mostIntervals: number): Form {
  const own = networks[family]
  const form = { selector, family, mostIntervals, intervals: [] }
  if (own.length === 0) return { ...form, type: 'none', lookups: [] }
  const name = peerSet(selector, family)
  const set = { ...declaration(selector, family), name }
  const among = { type: 'set', name } as const
  if (areAddresses(own)) {
    const elements = new Set(own.map(({ base }) => printAddress({ family, value: base })))
    return { ...form, type: 'addresses', lookups: [{ among, set: { ...set, elements } }] }
  }
  const intervals = mergeIntervals(own.map(cidrInterval))
  if (intervals.length <= mostIntervals) {
    const elements = new Set(intervals.map((interval) => addressElement(interval, family)))
    return { ...form, type: 'intervals', lookups: [{ among, set: { ...set, interval: true, elements } }] }
  }
  const parts = byPrefix(intervals, family)
  return { ...form, intervals, type: 'networks', lookups: networkLookups(form, parts) }
}

/** Undefined where it has to be made anew. */
function followForm(form: Form, now: readonly Cidr[], before: readonly Cidr[]): Form | undefined {
  const { family, lookups } = form
  const changes = networkChanges(before, now)
  if (changes.deleted.length === 0 && changes.added.length === 0) return form
  const [lookup] = lookups
  if (form.type === 'addresses' && lookup !== undefined && now.length > 0 && areAddresses(changes.added)) {
    const [deleted, added] = [changes.deleted, changes.added].map((list) =>
      list.map(({ base }) => printAddress({ family, value: base })),
    )
    const elements = editSet(lookup.set.elements, { deleted: deleted ?? [], added: added ?? [] })
    return { ...form, lookups: [{ ...lookup, set: { ...lookup.set, elements } }] }
  }
  if (form.type !== 'networks' || areAddresses(now)) return undefined
  const intervals = changeIntervals(form.intervals, now, changes)
  if (intervals.now.length <= form.mostIntervals) return undefined
  return { ...form, intervals: intervals.now, lookups: followNetworks(form, intervals) }
}

function followNetworks(form: Form, { deleted, added }: IntervalChanges): readonly Lookup[] {
  const { family, selector } = form
  const [gone, come] = [byPrefix(deleted, family), byPrefix(added, family)]
  const parts = new Map<number, ReadonlySet<string>>()
  for (const { among, set } of form.lookups) parts.set(prefixOf(among, family), set.elements)
  for (const prefix of new Set([...gone.keys(), ...come.keys()])) {
    const edit = { deleted: gone.get(prefix) ?? [], added: come.get(prefix) ?? [] }
    parts.set(prefix, editSet(parts.get(prefix) ?? new Set(), edit))
  }
  const unchanged = new Map(form.lookups.map((lookup) => [lookup.set.elements, lookup]))
  return networkLookups({ selector, family }, parts).map((lookup) => unchanged.get(lookup.set.elements) ?? lookup)
}

function networkLookups(
  { selector, family }: Pick<Form, 'selector' | 'family'>,
  parts: ReadonlyMap<number, ReadonlySet<string>>,
): readonly Lookup[] {
  const inUse = [...parts].filter(([, elements]) => elements.size > 0)
  // the longest ones first, for those are the most
  return inUse
    .sort(([a], [b]) => b - a)
    .map(([prefix, elements]) => {
      const name = peerNetworksSet(selector, family, prefix)
      const isWhole = prefix === addressBits(family)
      return {
        among: isWhole ? { type: 'set', name } : { type: 'networks', name, prefix },
        set: { ...declaration(selector, family), name, elements },
      }
    })
}

function prefixOf(among: AddressList, family: Family): number {
  return among.type === 'networks' ? among.prefix : addressBits(family)
}

/** First addresses of the networks of each length. */
function byPrefix(intervals: readonly Interval[], family: Family): ReadonlyMap<number, ReadonlySet<string>> {
  const parts = new Map<number, Set<string>>()
  for (const interval of intervals)
    for (const { prefix, base } of networksOf(interval, family)) {
      const part = parts.get(prefix) ?? new Set<string>()
      parts.set(prefix, part.add(printAddress({ family, value: base })))
    }
  return parts
}

function areAddresses(networks: readonly Cidr[]): boolean {
  return networks.every(({ family, prefix }) => prefix === addressBits(family))
}

function declaration(selector: string, family: Family): Omit<NamedSet, 'name' | 'elements'> {
  return { key: [addressType(family)], interval: false, comment: commentText(selector), properties: [] }
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
