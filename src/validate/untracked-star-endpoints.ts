/** Finds untracked policies that select an endpoint for every interface (behaviour.md DV-10). */

import { type Diagnostic, diagnose } from '../diagnostic/diagnostic.ts'
import { effectiveLabels } from '../policy/effective-labels.ts'
import type { HostEndpoint } from '../policy/host-endpoint.ts'
import type { NetworkPolicy } from '../policy/network-policy.ts'
import type { PolicySet } from '../policy/policy-set.ts'
import { matchesSelector } from '../selector/match-selector.ts'

/** One error a policy, with the first such endpoint. */
export function findUntrackedStarEndpoints(policySet: PolicySet): readonly Diagnostic[] {
  if (hasNone(policySet.hostEndpoints, isStar)) return []
  const untracked = [policySet.policies, policySet.stagedPolicies].flatMap((policies) =>
    hasNone(policies, isUntracked) ? [] : policies.filter(isUntracked),
  )
  if (untracked.length === 0) return []
  const profiles = new Map(policySet.profiles.map((profile) => [profile.name, profile]))
  const stars = policySet.hostEndpoints
    .filter(isStar)
    .map((endpoint) => ({ endpoint, labels: effectiveLabels(endpoint, profiles) }))
  return untracked.flatMap((policy) => {
    const star = stars.find(({ labels }) => matchesSelector(policy.selector, labels))
    if (star === undefined) return []
    const message = `the policy has doNotTrack and selects the host endpoint "${star.endpoint.name}", which is for every interface: untracked policies need endpoints for one interface, leave this one out by its labels`
    const notes = [{ span: star.endpoint.span, message: 'the endpoint with interfaceName "*"' }]
    return [diagnose('untracked-star-endpoint', { message, span: policy.span, notes })]
  })
}

function isStar({ interfaceName }: HostEndpoint): boolean {
  return interfaceName === '*'
}

function isUntracked({ doNotTrack }: Pick<NetworkPolicy, 'doNotTrack'>): boolean {
  return doNotTrack
}

/** Lists that were looked through, of which most hold nothing of the kind: the next revision may have them again. */
const barren = new WeakSet<readonly unknown[]>()

function hasNone<Item>(list: readonly Item[], isWanted: (item: Item) => boolean): boolean {
  if (barren.has(list)) return true
  if (list.some(isWanted)) return false
  barren.add(list)
  return true
}
