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

/** Whether endpoints with the same list can share its chains: not when a chain ends with the denial of one endpoint. */
export function isShareable(list: PolicyList, direction: Direction): boolean {
  return !stationsOf(list, direction).some(({ defaultAction, hasPass }) => defaultAction === 'Deny' && hasPass)
}

/** Whether what comes back from the policy chain undecided is to be denied: one of its tiers denies, and lets nothing pass. */
export function deniesAtEnd(list: PolicyList, direction: Direction): boolean {
  return stationsOf(list, direction).some(({ defaultAction, hasPass }) => defaultAction === 'Deny' && !hasPass)
}

/** The policy chain first; those of segments, and what they look up, the compiler keeps with its stations. */
export function policyChains({
  list,
  direction,
  chain,
  denial,
  verdicts,
  voice,
  compiler,
}: PolicyChainsInput): readonly Chain[] {
  const driver: Rule[] = []
  const chains: Chain[] = []
  const all = { ...verdicts, pass: { type: 'return' } } as const
  for (const station of stationsOf(list, direction)) {
    const { tier, hasPass, defaultAction } = station
    const ownChain = partName(chain, station.name)
    const { rules } = compiler.station(station, ownChain, { tier, direction, verdicts: all, voice }).cut
    if (hasPass) {
      chains.push(plainChain(ownChain, [...rules, ...(defaultAction === 'Deny' ? denial : [])]))
      driver.push(makeRule({ verdict: jump(ownChain) }))
    } else {
      for (const rule of rules) driver.push(rule)
      if (defaultAction === 'Deny') break
    }
  }
  return [plainChain(chain, driver), ...chains]
}
