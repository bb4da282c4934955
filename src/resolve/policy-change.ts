/** What came and went between two lists of policies, and a list after that: policies that stay are not looked at. */

import { newcomers } from '../policy/keep-list.ts'
import type { NetworkPolicy } from '../policy/network-policy.ts'
import type { ListChange } from '../policy/ordered-list.ts'
import { placeInOrder } from '../policy/place-in-order.ts'
import { noteChanged } from './policies-number.ts'
import { comparePolicies } from './policy-lists.ts'

type Policies = readonly NetworkPolicy[]

/** With more it is as quick to make everything anew. */
const mostChanges = 64

/** Undefined where two lists of one order differ in much. */
export function policyChange(before: Policies, now: Policies): ListChange<NetworkPolicy> | undefined {
  const [old, next] = [newcomers(before, now), newcomers(now, before)]
  const [olds, nexts] = [new Set(old), new Set(next)]
  const gone = old.filter((policy) => !nexts.has(policy))
  const come = next.filter((policy) => !olds.has(policy))
  return gone.length + come.length <= mostChanges ? { gone, come } : undefined
}

/** The same list when nothing of it is gone and nothing comes. @param policies in evaluation order */
export function changedPolicies(policies: Policies, { gone, come }: ListChange<NetworkPolicy>): Policies {
  const leaving = gone.filter((policy) => policies.includes(policy))
  if (leaving.length === 0 && come.length === 0) return policies
  const changed = policies.slice()
  for (const policy of leaving) changed.splice(changed.indexOf(policy), 1)
  for (const policy of come) changed.splice(placeInOrder(policy, changed, { order: comparePolicies }), 0, policy)
  noteChanged(changed, policies, { gone: leaving, come })
  return changed
}
