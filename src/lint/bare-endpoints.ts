/** Warns of host endpoints that no policy selects and that list no profile: nothing passes there (behaviour.md EV-42, P1). */

import { type Diagnostic, diagnose } from '../diagnostic/diagnostic.ts'
import type { Survey } from './survey.ts'

export function findBareEndpoints(survey: Survey): readonly Diagnostic[] {
  const selected = new Set(survey.policySet.policies.flatMap((policy) => survey.selectedBy(policy)))
  return survey.groups.flatMap((group) => {
    if (group.type === 'workload' || selected.has(group)) return []
    return group.members
      .filter(({ profiles }) => profiles.length === 0)
      .map((endpoint) => {
        const message = `no policy selects the host endpoint "${endpoint.name}", and it lists no profile, so nothing passes there but failsafe ports: write a policy for its labels, or remove it`
        return diagnose('bare-endpoint', { message, span: endpoint.span })
      })
  })
}
