/**
 * The ordered rule list of an endpoint as rules of one chain that others `goto`, for the stages in which Allow means: go on
 * with the next stage.
 *
 *   base chain  jump dispatch ──▶ goto endpoint's chain ──▶ goto the next tier's chain (Pass)
 *       ◀────────── return (Allow), from any of them
 *
 * The kernel counts a goto as a level like a jump and allows 16, so there can be about twelve tiers with a Pass.
 */

import { type Chain, plainChain } from '../ruleset/chain.ts'
import type { NamedMap } from '../ruleset/named-set.ts'
import { goTo, makeRule, type Rule, type Verdict } from '../ruleset/rule.ts'
import { mergeRules } from './merge-rules.ts'
import { partName } from './names.ts'
import type { PolicyChainsInput } from './policy-chains.ts'
import { itemsOf, stationsOf } from './stations.ts'

export interface ReturningRules {
  /** To stand in the chain itself. */
  readonly rules: readonly Rule[]
  /** Of the tiers and profiles that a Pass leads to. */
  readonly chains: readonly Chain[]
  readonly maps: readonly NamedMap[]
}

/** @param end what stands after the last station: a denial, or nothing where the packet goes on */
export function returningRules(input: PolicyChainsInput, end: readonly Rule[]): ReturningRules {
  const stations = stationsOf(input.list, input.direction)
  const chains: Chain[] = []
  const maps: NamedMap[] = []
  let rest = end
  for (const [at, station] of [...stations.entries()].reverse()) {
    const name = partName(input.chain, station.name)
    const next = stations[at + 1]
    const nextChain = partName(input.chain, next === undefined ? 'list_end' : next.name)
    // What has nothing after it goes on with the next stage.
    const onward: Verdict = rest.length === 0 ? { type: 'return' } : goTo(nextChain)
    if (station.hasPass && rest.length > 0) chains.push(plainChain(nextChain, rest))
    const merged = mergeRules(itemsOf(station, input, onward), name)
    maps.push(...merged.maps)
    const skip = station.hasPass && rest.length > 0 ? [makeRule({ verdict: onward })] : rest
    const after = station.defaultAction === 'Deny' ? input.denial : skip
    rest = [...merged.items.map((item) => item.rule), ...after]
  }
  return { rules: rest, chains, maps }
}
