/** Reads back from a compiled table whom it was compiled for and how much it holds, so that nothing has to be remembered beside it. */

import { addressBits, printAddress, readAnyAddress } from '../net/address.ts'
import { type Cidr, networksOf } from '../net/cidr.ts'
import type { Family } from '../net/family.ts'
import { differingCandidates, missingFrom } from '../ruleset/compare-elements.ts'
import { GroupedNames, NameCount } from '../ruleset/grouped-names.ts'
import type { NamedSet } from '../ruleset/named-set.ts'
import type { Ruleset } from '../ruleset/ruleset.ts'
import { endpointChain, isGateSet, peerNetworksPrefix } from './names.ts'

export interface TableExtent {
  readonly endpoints: number
  /** Of policies and profiles: each has a counter of its own, whatever it was merged with. */
  readonly rules: number
  /** Different addresses, networks and others of all sets together, in whichever form a set holds them. */
  readonly members: number
}

const nothing: TableExtent = { endpoints: 0, rules: 0, members: 0 }
const allKinds = ['endpoints', 'rules', 'members'] as const

/** @param kinds what is counted; of the others it says 0 */
export function extentOf(ruleset: Ruleset | undefined, kinds: readonly (keyof TableExtent)[] = allKinds): TableExtent {
  if (ruleset === undefined) return nothing
  const counts = {
    endpoints: () => endpointsIn(ruleset).length,
    rules: () => countPolicyRules(ruleset.counters),
    members: () => countMembers(ruleset.sets),
  }
  return { ...nothing, ...Object.fromEntries(kinds.map((kind) => [kind, counts[kind]()])) }
}

/** What the second table can have lost at most: of what both have in common nothing is looked at. */
export function mostLost(before: Ruleset | undefined, after: Ruleset): TableExtent {
  if (before === undefined || before === after) return nothing
  let members = 0
  for (const name of differingCandidates(before.sets, after.sets)) {
    const set = before.sets.get(name)
    if (set !== undefined && !isGateSet(name)) members += membersGone(set, after.sets.get(name))
  }
  return {
    endpoints: Math.max(0, endpointsMissing(before, after) - endpointsMissing(after, before)),
    rules: missingFrom(before.counters, after.counters).length,
    members,
  }
}

function membersGone(before: NamedSet, after: NamedSet | undefined): number {
  let gone = 0
  for (const element of missingFrom(before.elements, after?.elements ?? new Set()))
    gone += before.interval ? (networksIn(element)?.length ?? 1) : 1
  return gone
}

const isOfPolicy = (counter: string): boolean => /^(gnp|np|profile)\//.test(counter)
const policyRules = new NameCount(isOfPolicy)

function countPolicyRules(counters: ReadonlySet<string>): number {
  if (counters instanceof GroupedNames) return policyRules.of(counters.groups)
  let rules = 0
  for (const name of counters) if (isOfPolicy(name)) rules += 1
  return rules
}

/** Mostly both have the same sets. */
const counted = new WeakMap<Ruleset['sets'], number>()

function countMembers(sets: Ruleset['sets']): number {
  const known = counted.get(sets)
  if (known !== undefined) return known
  const alike = new Map<string, ReadonlySet<string>[]>()
  // what a gate looks up stands in the rules behind it
  for (const set of sets.values())
    for (const [kind, members] of isGateSet(set.name) ? [] : membersOf(set))
      alike.set(kind, [...(alike.get(kind) ?? []), members])
  let count = 0
  for (const lists of alike.values()) count += countDistinct(lists)
  counted.set(sets, count)
  return count
}

function countDistinct(lists: readonly ReadonlySet<string>[]): number {
  const [largest = new Set(), ...others] = [...lists].sort((a, b) => b.size - a.size)
  const more = new Set<string>()
  for (const list of others) for (const member of list) if (!largest.has(member)) more.add(member)
  return largest.size + more.size
}

type Members = ReadonlyMap<string, ReadonlySet<string>>

/** By prefix length, '' for addresses: the same networks count as many whether they are in one set or spread over several. */
function membersOf(set: NamedSet): Members {
  const prefix = peerNetworksPrefix(set.name)
  if (prefix !== undefined) return new Map([[kindOf(prefix, set.key[0] === 'ipv6_addr' ? 6 : 4), set.elements]])
  return set.interval ? intervalMembers(set) : new Map([['', set.elements]])
}

function intervalMembers({ elements }: NamedSet): Members {
  const members = new Map<string, Set<string>>()
  const add = (kind: string, member: string) => members.set(kind, (members.get(kind) ?? new Set<string>()).add(member))
  for (const element of elements) {
    const [text = '', written = ''] = element.split('/')
    const networks = networksIn(element)
    if (networks === undefined) add(written, text)
    else
      for (const { base, prefix, family } of networks)
        add(kindOf(prefix, family), printAddress({ family, value: base }))
  }
  return members
}

function kindOf(prefix: number, family: Family): string {
  return prefix === addressBits(family) ? '' : String(prefix)
}

/** Undefined for what is no range of addresses. */
function networksIn(element: string): readonly Cidr[] | undefined {
  const [first, last] = element.split('-').map(readAnyAddress)
  if (first === undefined || last === undefined) return undefined
  return networksOf({ from: first.value, to: last.value }, first.family)
}

/** Host endpoints, as the table names them. */
function endpointsIn(ruleset: Ruleset): readonly string[] {
  return [...ruleset.chains.keys()].flatMap((name) => endpointOf(name) ?? [])
}

function endpointOf(chain: string): string | undefined {
  return /^ingress\/([^/]+)$/.exec(chain)?.[1]
}

/** How many of the first table the second has not. */
function endpointsMissing(a: Ruleset, b: Ruleset): number {
  let missing = 0
  for (const name of differingCandidates(a.chains, b.chains))
    if (endpointOf(name) !== undefined && !b.chains.has(name)) missing += 1
  return missing
}

export function bareEndpointsIn(ruleset: Ruleset): readonly string[] {
  return endpointsIn(ruleset).filter((name) => isBareIn(ruleset, name))
}

/** Whether the table governs the host endpoint and leads to no policy or profile of it in either direction. */
export function isBareIn(ruleset: Ruleset | undefined, endpoint: string): boolean {
  const chains = ['ingress', 'egress'].flatMap((stage) => ruleset?.chains.get(endpointChain(stage, endpoint)) ?? [])
  const leadsToPolicy = chains.some((chain) =>
    chain.rules.some(({ verdict }) => verdict?.type === 'jump' && verdict.chain.endsWith('/policy')),
  )
  return chains.length > 0 && !leadsToPolicy
}
