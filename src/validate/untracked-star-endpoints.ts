/** Finds untracked policies that select an endpoint for every interface (behaviour.md DV-10). */

import { type Diagnostic, diagnose } from '../diagnostic/diagnostic.ts'
import { effectiveLabels } from '../policy/effective-labels.ts'
import type { PolicySet } from '../policy/policy-set.ts'
import { matchesSelector } from '../selector/match-selector.ts'

/** One error a policy, with the first such endpoint. */
export function findUntrackedStarEndpoints(policySet: PolicySet): readonly Diagnostic[] {
  const untracked = [...policySet.policies, ...policySet.stagedPolicies].filter(({ doNotTrack }) => doNotTrack)
  if (untracked.length === 0) return []
  const profiles = new Map(policySet.profiles.map((profile) => [profile.name, profile]))
  const stars = policySet.hostEndpoints
    .filter(({ interfaceName }) => interfaceName === '*')
    .map((endpoint) => ({ endpoint, labels: effectiveLabels(endpoint, profiles) }))
  return untracked.flatMap((policy) => {
    const star = stars.find(({ labels }) => matchesSelector(policy.selector, labels))
    if (star === undefined) return []
    const message = `the policy has doNotTrack and selects the host endpoint "${star.endpoint.name}", which is for every interface: untracked policies need endpoints for one interface, leave this one out by its labels`
    const notes = [{ span: star.endpoint.span, message: 'the endpoint with interfaceName "*"' }]
    return [diagnose('untracked-star-endpoint', { message, span: policy.span, notes })]
  })
}
