/** Which Allow rules of a revision are over at a moment, or will be soon. */

import { type Diagnostic, diagnose } from '../diagnostic/diagnostic.ts'
import { type Expiry, isOver } from '../policy/expiry.ts'
import type { PolicySet } from '../policy/policy-set.ts'
import type { PolicyRule } from '../policy/rule.ts'

const dayMs = 86_400_000
/** How far ahead of its end something is named. */
const noticeMs = 14 * dayMs

/** Warnings, one for each annotation; in no order. */
export function findExpiring(policySet: PolicySet, moment: Date): readonly Diagnostic[] {
  const rules = [...policySet.policies, ...policySet.stagedPolicies, ...policySet.profiles].flatMap(
    ({ ingress, egress }) => [...ingress, ...egress],
  )
  const soon = new Date(moment.getTime() + noticeMs)
  return expiriesOf(rules)
    .filter((expiry) => isOver(expiry, soon))
    .map((expiry) => (isOver(expiry, moment) ? expired(expiry) : expiring(expiry, moment)))
}

function expiriesOf(rules: readonly PolicyRule[]): readonly Expiry[] {
  return [...new Set(rules.map(({ expires }) => expires).filter((expires) => expires !== undefined))]
}

function expired({ at, span }: Expiry): Diagnostic {
  const message = `what it allows has expired at ${printMoment(at)} and is closed: remove it, or write a later time`
  return diagnose('expired', { message, span })
}

function expiring({ at, span }: Expiry, moment: Date): Diagnostic {
  const days = Math.ceil((at.getTime() - moment.getTime()) / dayMs)
  const left = days <= 1 ? 'within a day' : `within ${days} days`
  const message = `what it allows expires ${left}, at ${printMoment(at)}: write a later time if it is needed for longer`
  return diagnose('expires-soon', { message, span })
}

/** Whole seconds. */
function printMoment(moment: Date): string {
  return moment.toISOString().replace('.000Z', 'Z')
}
