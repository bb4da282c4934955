/** In which sets the peers of a selector and family are: made once, and made of those before where they follow from them. */

import { addressBits, printAddress } from '../net/address.ts'
import { type Cidr, cidrInterval, networksOf } from '../net/cidr.ts'
import { type Family, families } from '../net/family.ts'
import { type Interval, mergeIntervals } from '../net/interval.ts'
import { changeIntervals, type IntervalChanges } from '../net/interval-changes.ts'
import type { Peers } from '../policy/host-view.ts'
import { compareNetworks } from '../policy/network-order.ts'
import { type ListChange, listChange } from '../policy/ordered-list.ts'
import { editSet } from '../ruleset/edited-elements.ts'
import { addressElement, addressType, type NamedSet } from '../ruleset/named-set.ts'
import type { AddressList } from '../ruleset/rule.ts'
import { commentText, peerNetworksSet, peerSet } from './names.ts'

export interface Form {
  readonly type: 'none' | 'addresses' | 'intervals' | 'networks'
  readonly family: Family
  /** Of the set that holds all of them, in the forms that have one. */
  readonly name: string
  readonly lookups: readonly Lookup[]
  /** Of `intervals` and `networks`: the addresses, canonical. */
  readonly intervals: readonly Interval[]
}

export interface Lookup {
  readonly among: AddressList
  readonly set: NamedSet
}

/** Many rules look up the same peers, and the next compilation does it again. Of each family at most one of a type. */
const known = new WeakMap<Peers, readonly Form[]>()

/** @param mostIntervals of the form `intervals` */
export function formOf(peers: Peers, family: Family, mostIntervals: number): Form {
  const forms = known.get(peers) ?? []
  const found = forms.find((form) => form.family === family && isWithin(form, mostIntervals))
  if (found !== undefined) return found
  const form = makeForm(peers, family, mostIntervals)
  known.set(peers, [...forms, form])
  return form
}

/** What was made of the peers before is made of these by what changed: nothing else of 100,000 networks is looked at. */
export function followPeers(peers: Peers, before: Peers): void {
  if (peers === before || known.has(peers)) return
  const forms = known.get(before) ?? []
  const followed = families.flatMap((family) => {
    const own = forms.filter((form) => form.family === family)
    if (peers.networks[family] === before.networks[family]) return own
    const change = listChange(before.networks[family], peers.networks[family], compareNetworks)
    return own.flatMap((form) => followForm(form, peers, change) ?? [])
  })
  known.set(peers, followed)
}

function isWithin({ type, intervals }: Form, mostIntervals: number): boolean {
  switch (type) {
    case 'none':
    case 'addresses':
      return true
    case 'intervals':
      return intervals.length <= mostIntervals
    case 'networks':
      return intervals.length > mostIntervals
  }
}

function makeForm({ selector, networks }: Peers, family: Family, mostIntervals: number): Form {
  const own = networks[family]
  const name = peerSet(selector, family)
  const form = { family, name, intervals: [] }
  if (own.length === 0) return { ...form, type: 'none', lookups: [] }
  if (areAddresses(own)) return { ...form, type: 'addresses', lookups: singleLookup(selector, form, textsOf(own)) }
  const intervals = mergeIntervals(own.map(cidrInterval))
  if (intervals.length > mostIntervals) {
    const parts = byPrefix(intervals, family)
    return { ...form, intervals, type: 'networks', lookups: networkLookups(selector, family, parts) }
  }
  const elements = elementsOf(intervals, family)
  return {
    ...form,
    intervals,
    type: 'intervals',
    lookups: singleLookup(selector, { ...form, interval: true }, elements),
  }
}

/** Undefined where it has to be made anew. */
function followForm(form: Form, peers: Peers, change: ListChange<Cidr>): Form | undefined {
  const now = peers.networks[form.family]
  if (form.type === 'none') return undefined
  if (form.type === 'addresses') {
    if (now.length === 0 || !areAddresses(change.come)) return undefined
    const edit = { deleted: textsOf(change.gone), added: textsOf(change.come) }
    return { ...form, lookups: form.lookups.map((lookup) => editLookup(lookup, edit)) }
  }
  // it had another network than an address, and has it still unless that is gone
  if (!areAddresses(change.gone) && areAddresses(now)) return undefined
  const changes = changeIntervals(form.intervals, now, change)
  return { ...form, intervals: changes.now, lookups: followLookups(form, peers.selector, changes) }
}

function followLookups(form: Form, selector: string, { deleted, added }: IntervalChanges): readonly Lookup[] {
  const { family } = form
  if (form.type === 'intervals') {
    const edit = { deleted: elementsOf(deleted, family), added: elementsOf(added, family) }
    return form.lookups.map((lookup) => editLookup(lookup, edit))
  }
  const [gone, come] = [byPrefix(deleted, family), byPrefix(added, family)]
  const parts = new Map<number, ReadonlySet<string>>()
  for (const { among, set } of form.lookups) parts.set(prefixOf(among, family), set.elements)
  for (const prefix of new Set([...gone.keys(), ...come.keys()])) {
    const edit = { deleted: gone.get(prefix) ?? [], added: come.get(prefix) ?? [] }
    parts.set(prefix, editSet(parts.get(prefix) ?? new Set(), edit))
  }
  const unchanged = new Map(form.lookups.map((lookup) => [lookup.set.elements, lookup]))
  return networkLookups(selector, family, parts).map((lookup) => unchanged.get(lookup.set.elements) ?? lookup)
}

function editLookup(lookup: Lookup, edit: Readonly<Record<'deleted' | 'added', Iterable<string>>>): Lookup {
  const elements = editSet(lookup.set.elements, edit)
  return elements === lookup.set.elements ? lookup : { ...lookup, set: { ...lookup.set, elements } }
}

function singleLookup(
  selector: string,
  { family, name, interval = false }: Pick<Form, 'family' | 'name'> & { readonly interval?: boolean },
  elements: Iterable<string>,
): readonly Lookup[] {
  const set = { ...declaration(selector, family), name, interval, elements: new Set(elements) }
  return [{ among: { type: 'set', name }, set }]
}

function networkLookups(
  selector: string,
  family: Family,
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

function declaration(selector: string, family: Family): Omit<NamedSet, 'name' | 'elements'> {
  return { key: [addressType(family)], interval: false, comment: commentText(selector), properties: [] }
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

function elementsOf(intervals: readonly Interval[], family: Family): readonly string[] {
  return intervals.map((interval) => addressElement(interval, family))
}

function areAddresses(networks: readonly Cidr[]): boolean {
  return networks.every(({ family, prefix }) => prefix === addressBits(family))
}

/** Many selectors mean the same endpoint. */
const knownTexts = new WeakMap<Cidr, string>()

function textsOf(addresses: readonly Cidr[]): readonly string[] {
  return addresses.map((address) => {
    const found = knownTexts.get(address)
    if (found !== undefined) return found
    const text = printAddress({ family: address.family, value: address.base })
    knownTexts.set(address, text)
    return text
  })
}
