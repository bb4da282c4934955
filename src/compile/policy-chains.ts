/**
 * The ordered rule list of an endpoint in one direction, as chains that the endpoint's chain jumps to.
 *
 *   policy chain     rules of tier 1 | jump of its segments | jump of its own chain if it has a Pass
 *                    rules of tier 2, of the profiles, ...
 *                    end: back to the endpoint's chain, which denies or lets the packet go on
 *
 * Allow and Deny end the evaluation wherever they stand. A tier or profile with a Pass rule gets a chain of its own, so that
 * Pass is a return to the next one; when such a tier denies by default its chain ends with that denial. A long list is cut
 * into segments.
 */

import type { PolicyList } from '../policy/host-view.ts'
import type { Direction } from '../policy/rule.ts'
import { type Chain, plainChain } from '../ruleset/chain.ts'
import type { NamedMap, NamedSet } from '../ruleset/named-set.ts'
import { jump, makeRule, type Rule } from '../ruleset/rule.ts'
import type { RuleVerdicts } from './compile-rule.ts'
import type { PolicyPlace } from './compiled-policy.ts'
import { partName } from './names.ts'
import type { PolicyCompiler } from './policy-compiler.ts'
import { stationsOf } from './stations.ts'

export interface PolicyChainsInput {
  readonly list: PolicyList
  readonly direction: Direction
  /** Name of the policy chain. */
  readonly chain: string
  /** The endpoint's default denial. */
  readonly denial: readonly Rule[]
  /** Of Allow and Deny. */
  readonly verdicts: Omit<RuleVerdicts, 'pass'>
  readonly voice: PolicyPlace['voice']
  readonly compiler: PolicyCompiler
}

export interface PolicyChains {
  /** The policy chain first. */
  readonly chains: readonly Chain[]
  readonly maps: readonly NamedMap[]
  readonly sets: readonly NamedSet[]
}

/** Whether endpoints with the same list can share its chains: not when a chain ends with the denial of one endpoint. */
export function isShareable(list: PolicyList, direction: Direction): boolean {
  return !stationsOf(list, direction).some(({ defaultAction, hasPass }) => defaultAction === 'Deny' && hasPass)
}

/** Whether what comes back from the policy chain undecided is to be denied: one of its tiers denies, and lets nothing pass. */
export function deniesAtEnd(list: PolicyList, direction: Direction): boolean {
  return stationsOf(list, direction).some(({ defaultAction, hasPass }) => defaultAction === 'Deny' && !hasPass)
}

export function policyChains({
  list,
  direction,
  chain,
  denial,
  verdicts,
  voice,
  compiler,
}: PolicyChainsInput): PolicyChains {
  const driver: Rule[] = []
  const chains: Chain[] = []
  const maps: NamedMap[] = []
  const sets: NamedSet[] = []
  const all = { ...verdicts, pass: { type: 'return' } } as const
  for (const station of stationsOf(list, direction)) {
    const { tier, hasPass, defaultAction } = station
    const ownChain = partName(chain, station.name)
    const compiled = compiler.station(station, ownChain, { tier, direction, verdicts: all, voice })
    for (const map of compiled.maps) maps.push(map)
    for (const set of compiled.sets) sets.push(set)
    for (const segment of compiled.chains) chains.push(segment)
    if (hasPass) {
      chains.push(plainChain(ownChain, [...compiled.rules, ...(defaultAction === 'Deny' ? denial : [])]))
      driver.push(makeRule({ verdict: jump(ownChain) }))
    } else {
      for (const rule of compiled.rules) driver.push(rule)
      if (defaultAction === 'Deny') break
    }
  }
  return { chains: [plainChain(chain, driver), ...chains], maps, sets }
}
