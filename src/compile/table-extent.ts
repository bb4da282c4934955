/** Reads back from a compiled table whom it was compiled for and how much it holds, so that nothing has to be remembered beside it. */

import { readAnyAddress } from '../net/address.ts'
import { networksOf, printCidr } from '../net/cidr.ts'
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

export function extentOf(ruleset: Ruleset | undefined): TableExtent {
  if (ruleset === undefined) return { endpoints: 0, rules: 0, members: 0 }
  const members = new Set<string>()
  // what a gate looks up stands in the rules behind it
  for (const set of ruleset.sets.values())
    if (!isGateSet(set.name)) for (const member of membersOf(set)) members.add(member)
  return {
    endpoints: endpointsIn(ruleset).length,
    rules: [...ruleset.counters].filter((name) => /^(gnp|np|profile)\//.test(name)).length,
    members: members.size,
  }
}

/** The same networks count as many whether they are ranges of one set or spread over several by their length. */
function membersOf({ name, elements, interval }: NamedSet): Iterable<string> {
  const prefix = peerNetworksPrefix(name)
  if (prefix !== undefined) return [...elements].map((element) => `${element}/${prefix}`)
  return interval ? [...elements].flatMap((element) => networksIn(element) ?? [element]) : elements
}

/** Undefined for what is no range of addresses. */
function networksIn(element: string): readonly string[] | undefined {
  const [first, last] = element.split('-').map(readAnyAddress)
  if (first === undefined || last === undefined) return undefined
  return networksOf({ from: first.value, to: last.value }, first.family).map(printCidr)
}

/** Host endpoints, as the table names them. */
function endpointsIn(ruleset: Ruleset): readonly string[] {
  return [...ruleset.chains.keys()].flatMap((name) => /^ingress\/([^/]+)$/.exec(name)?.[1] ?? [])
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
