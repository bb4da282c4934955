/** The policies of a revision in evaluation order, and which of them select an endpoint. */

import type { NetworkPolicy } from '../policy/network-policy.ts'
import type { Labels } from '../policy/resource.ts'
import { matchesSelector } from '../selector/match-selector.ts'
import { SelectorIndex } from '../selector/selector-index.ts'
import { placeOf } from './ordered-list.ts'
import { comparePolicies } from './policy-lists.ts'

type Policies = readonly NetworkPolicy[]

interface PolicyChange {
  /** What it changes, in evaluation order. */
  readonly from: Policies
  readonly gone: ReadonlySet<NetworkPolicy>
  readonly come: Policies
}

/** With more of them every endpoint is asked about every policy again. */
const mostChanges = 64

export class PolicyIndex {
  /** In evaluation order. */
  readonly ordered: Policies
  private readonly change: PolicyChange | undefined
  private knownSelectors: SelectorIndex<NetworkPolicy> | undefined

  /** @param before of another revision: what changed since is looked at alone */
  constructor(policies: Policies, before?: PolicyIndex) {
    this.change = before && changeOf(before.ordered, policies)
    this.ordered =
      this.change === undefined ? [...policies].sort(comparePolicies) : changedPolicies(this.change.from, this.change)
  }

  /** In evaluation order. */
  selecting(labels: Labels): Policies {
    this.knownSelectors ??= new SelectorIndex(this.ordered, ({ selector }) => selector)
    return this.knownSelectors.picking(labels)
  }

  /** As selecting(), the same list when it is no other. @param selecting those of the labels in the index before */
  selectingSince(before: PolicyIndex, selecting: Policies, labels: Labels): Policies {
    if (before.ordered === this.ordered) return selecting
    if (this.change?.from !== before.ordered) return this.selecting(labels)
    const come = this.change.come.filter(({ selector }) => matchesSelector(selector, labels))
    return changedPolicies(selecting, { ...this.change, come })
  }
}

function changeOf(before: Policies, now: Policies): PolicyChange | undefined {
  const [old, next] = [new Set(before), new Set(now)]
  const gone = new Set(before.filter((policy) => !next.has(policy)))
  const come = now.filter((policy) => !old.has(policy))
  return gone.size + come.length <= mostChanges ? { from: before, gone, come } : undefined
}

function changedPolicies(policies: Policies, { gone, come }: Pick<PolicyChange, 'gone' | 'come'>): Policies {
  const isLess = gone.size > 0 && policies.some((policy) => gone.has(policy))
  if (!isLess && come.length === 0) return policies
  const changed = policies.filter((policy) => !gone.has(policy))
  for (const policy of come) changed.splice(placeOf(policy, changed, comparePolicies), 0, policy)
  return changed
}
