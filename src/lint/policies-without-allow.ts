/** Warns of policies that only log or only deny, and close by that everything else (behaviour.md EV-11, EV-12). */

import { type Diagnostic, diagnose } from '../diagnostic/diagnostic.ts'
import type { NetworkPolicy } from '../policy/network-policy.ts'
import type { Direction } from '../policy/rule.ts'
import { directions } from './placed-rules.ts'
import type { Survey } from './survey.ts'
import { describeClosed, TierEnds } from './tier-ends.ts'

/** One warning a policy: the first direction in which it closes an endpoint. */
export function findPoliciesWithoutAllow(survey: Survey): readonly Diagnostic[] {
  const ends = new TierEnds(survey)
  return survey.policySet.policies.flatMap((policy) => {
    const found = directions.flatMap((direction) => closings(policy, direction, ends))
    return found.slice(0, 1)
  })
}

function closings(policy: NetworkPolicy, direction: Direction, ends: TierEnds): readonly Diagnostic[] {
  const rules = policy[direction]
  const closed = rules.length === 0 ? undefined : ends.closedBy(policy, direction)
  if (closed === undefined) return []
  const onlyLogs = rules.every(({ action }) => action === 'Log')
  const what = onlyLogs ? 'only logs' : 'only denies'
  const where = describeClosed(closed, direction)
  const message = `the policy "${policy.name}" ${what}, and nothing in its tier allows, so it closes ${where}: end it with Pass or Allow for the rest, or with a Deny that says so`
  return [diagnose(onlyLogs ? 'log-only-policy' : 'deny-only-policy', { message, span: policy.span })]
}
