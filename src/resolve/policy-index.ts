/** The policies of a revision in evaluation order, and which of them select an endpoint. */

import type { NetworkPolicy } from '../policy/network-policy.ts'
import type { ListChange } from '../policy/ordered-list.ts'
import type { Labels } from '../policy/resource.ts'
import { matchesSelector } from '../selector/match-selector.ts'
import { SelectorIndex } from '../selector/selector-index.ts'
import { changedPolicies, policyChange } from './policy-change.ts'
import { comparePolicies } from './policy-lists.ts'

type Policies = readonly NetworkPolicy[]

/** What of the index before is otherwise. */
interface Since {
  readonly ordered: Policies
  readonly change: ListChange<NetworkPolicy>
}

/** The selectors of an earlier revision, and how the policies have changed since, one change after the other. */
interface Selectors {
  readonly index: SelectorIndex<NetworkPolicy>
  readonly changes: readonly ListChange<NetworkPolicy>[]
}

/** From so many changes on a new index is sooner asked than the one of then. */
const mostChanges = 16

export class PolicyIndex {
  /** In evaluation order. */
  readonly ordered: Policies
  private readonly given: Policies
  private readonly since: Since | undefined
  private selectors: Selectors | undefined

  /** @param before of another revision: with it only what changed since is looked at */
  constructor(policies: Policies, before?: PolicyIndex) {
    this.given = policies
    const change = before && policyChange(before.given, policies)
    this.since = before && change && { ordered: before.ordered, change }
    this.ordered =
      this.since === undefined
        ? [...policies].sort(comparePolicies)
        : changedPolicies(this.since.ordered, this.since.change)
    const known = before?.selectors
    if (known !== undefined && change !== undefined && known.changes.length < mostChanges)
      this.selectors = { index: known.index, changes: [...known.changes, change] }
  }

  /** In evaluation order. */
  selecting(labels: Labels): Policies {
    this.selectors ??= { index: new SelectorIndex(this.ordered, ({ selector }) => selector), changes: [] }
    const { index, changes } = this.selectors
    return changes.reduce((selecting, change) => changedSelection(selecting, change, labels), index.picking(labels))
  }

  /** As selecting(), the same list when it is no other. @param selecting those of the labels in the index before */
  selectingSince(before: PolicyIndex, selecting: Policies, labels: Labels): Policies {
    if (before.ordered === this.ordered) return selecting
    if (this.since?.ordered !== before.ordered) return this.selecting(labels)
    return changedSelection(selecting, this.since.change, labels)
  }
}

function changedSelection(selecting: Policies, { gone, come }: ListChange<NetworkPolicy>, labels: Labels): Policies {
  const joining = come.filter(({ selector }) => matchesSelector(selector, labels))
  return changedPolicies(selecting, { gone, come: joining })
}
