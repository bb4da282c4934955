/** One evaluation order on one packet (behaviour.md 4.2 and 4.3). */

import type { PolicyList, TierPolicies } from '../../src/policy/host-view.ts'
import type { NetworkPolicy } from '../../src/policy/network-policy.ts'
import type { Profile } from '../../src/policy/profile.ts'
import { ruleMatches } from './rule-matches.ts'
import { allow, deny, type Ruling, ruleText } from './ruling.ts'
import type { Place, WatchedView } from './witness.ts'

export interface Evaluation extends Place {
  readonly view: WatchedView
}

/** Undefined: no tier decides. */
export function evaluateTiers({ tiers }: PolicyList, evaluation: Evaluation): Ruling | undefined {
  evaluation.view.witness({ type: 'list' }, evaluation)
  for (const tier of tiers) {
    const answer = askTier(tier, evaluation)
    if (answer === 'pass') continue
    if (answer !== undefined) return answer
    evaluation.view.witness({ type: 'tier', defaultAction: tier.defaultAction }, evaluation)
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
  evaluation.view.witness({ type: 'end' }, evaluation)
  return deny(`no ${evaluation.direction} policy or profile decides`)
}

function askTier({ policies }: TierPolicies, evaluation: Evaluation): Ruling | 'pass' | undefined {
  for (const policy of policies) {
    const answer = askRules(policy, evaluation)
    if (answer !== undefined) return answer
  }
  return undefined
}

function askRules(owner: NetworkPolicy | Profile, evaluation: Evaluation): Ruling | 'pass' | undefined {
  const { view, packet, direction } = evaluation
  for (const [index, rule] of owner[direction].entries()) {
    if (!ruleMatches(rule, packet, view)) continue
    view.witness({ type: 'rule', rule, isOfProfile: owner.kind === 'Profile' }, evaluation)
    if (rule.action === 'Log') continue
    if (rule.action === 'Pass') return 'pass'
    const decidedBy = ruleText(owner, direction, index)
    return rule.action === 'Allow' ? allow(decidedBy) : deny(decidedBy)
  }
  return undefined
}
