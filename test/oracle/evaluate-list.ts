/** One evaluation order on one packet (behaviour.md 4.2 and 4.3). */

import type { Packet } from '../../src/packet/packet.ts'
import type { HostView, PolicyList, TierPolicies } from '../../src/policy/host-view.ts'
import type { NetworkPolicy } from '../../src/policy/network-policy.ts'
import type { Profile } from '../../src/policy/profile.ts'
import type { Direction } from '../../src/policy/rule.ts'
import { ruleMatches } from './rule-matches.ts'
import { allow, deny, type Ruling, ruleText } from './ruling.ts'

export interface Evaluation {
  readonly view: HostView
  readonly packet: Packet
  readonly direction: Direction
}

/** Undefined: no tier decides. */
export function evaluateTiers({ tiers }: PolicyList, evaluation: Evaluation): Ruling | undefined {
  for (const tier of tiers) {
    const answer = askTier(tier, evaluation)
    if (answer === 'pass') continue
    if (answer !== undefined) return answer
    if (tier.defaultAction === 'Deny') return deny(`Tier/${tier.name} ${evaluation.direction} default action`)
  }
  return undefined
}

/** As the normal lists end: tiers, profiles, Deny. */
export function evaluateNormal(list: PolicyList, evaluation: Evaluation): Ruling {
  const ruling = evaluateTiers(list, evaluation)
  if (ruling !== undefined) return ruling
  for (const profile of list.profiles) {
    const answer = askRules(profile, evaluation)
    if (answer !== 'pass' && answer !== undefined) return answer
  }
  return deny(`no ${evaluation.direction} policy or profile decides`)
}

function askTier({ policies }: TierPolicies, evaluation: Evaluation): Ruling | 'pass' | undefined {
  for (const policy of policies) {
    const answer = askRules(policy, evaluation)
    if (answer !== undefined) return answer
  }
  return undefined
}

function askRules(
  owner: NetworkPolicy | Profile,
  { view, packet, direction }: Evaluation,
): Ruling | 'pass' | undefined {
  for (const [index, rule] of owner[direction].entries()) {
    if (rule.action === 'Log' || !ruleMatches(rule, packet, view)) continue
    if (rule.action === 'Pass') return 'pass'
    const decidedBy = ruleText(owner, direction, index)
    return rule.action === 'Allow' ? allow(decidedBy) : deny(decidedBy)
  }
  return undefined
}
