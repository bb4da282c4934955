/** Warns of directions that a policy names without a rule for them, which closes them (behaviour.md EV-1). */

import { type Diagnostic, diagnose } from '../diagnostic/diagnostic.ts'
import { directions } from './placed-rules.ts'
import type { Survey } from './survey.ts'
import { describeClosed, TierEnds } from './tier-ends.ts'

/** Where another policy of the tier lets something pass the direction is meant, and where a policy has no rules at all. */
export function findEmptyDirections(survey: Survey): readonly Diagnostic[] {
  const ends = new TierEnds(survey)
  return survey.policySet.policies.flatMap((policy) =>
    directions.flatMap((direction) => {
      if (policy[direction].length > 0 || policy.ingress.length + policy.egress.length === 0) return []
      const closed = ends.closedBy(policy, direction)
      if (closed === undefined) return []
      const type = direction === 'ingress' ? 'Ingress' : 'Egress'
      const where = describeClosed(closed, direction)
      const message = `types names ${type}, but neither the policy "${policy.name}" nor another of its tier has an ${direction} rule that allows, so it closes ${where}: remove ${type} from types, or write the rules`
      return [diagnose('empty-direction', { message, span: policy.span })]
    }),
  )
}
