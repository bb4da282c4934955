/** Reads back from a compiled table whom it was compiled for and how much it holds, so that nothing has to be remembered beside it. */

import type { Ruleset } from '../ruleset/ruleset.ts'
import { endpointChain } from './names.ts'

export interface TableExtent {
  readonly endpoints: number
  /** Of policies and profiles: each has a counter of its own, whatever it was merged with. */
  readonly rules: number
  /** Different elements of all sets together. */
  readonly members: number
}

export function extentOf(ruleset: Ruleset | undefined): TableExtent {
  if (ruleset === undefined) return { endpoints: 0, rules: 0, members: 0 }
  const members = new Set<string>()
  for (const set of ruleset.sets.values()) for (const element of set.elements) members.add(element)
  return {
    endpoints: endpointsIn(ruleset).length,
    rules: [...ruleset.counters].filter((name) => /^(gnp|np|profile)\//.test(name)).length,
    members: members.size,
  }
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
