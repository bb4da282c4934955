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

/** What an index said: which policies select the labels. */
interface Selection {
  readonly labels: Labels
  /** In evaluation order. */
  readonly applying: Policies
}

/** From so many changes on a new index is sooner asked than the one of then. */
const mostChanges = 16

/** More are not tried twice, with the labels before and with those now. */
const mostTried = 256

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
    const { index, changes } = this.indexed()
    return changes.reduce((selecting, change) => changedSelection(selecting, change, labels), index.picking(labels))
  }

  /** As selecting(), the same list when it is no other. @param known of these labels or others, said by the index before */
  selectingSince(before: PolicyIndex, known: Selection, labels: Labels): Policies {
    const isSame = before.ordered === this.ordered
    if (!isSame && this.since?.ordered !== before.ordered) return this.selecting(labels)
    const change = isSame ? undefined : this.since?.change
    const applying = change === undefined ? known.applying : changedSelection(known.applying, change, known.labels)
    return known.labels === labels ? applying : this.relabelled({ ...known, applying }, labels)
  }

  private relabelled({ labels: before, applying }: Selection, labels: Labels): Policies {
    const { index, changes } = this.indexed()
    const naming = changes.reduce(
      (some, { gone, come }) => [...some.filter((policy) => !gone.includes(policy)), ...come],
      index.namingBetween(before, labels),
    )
    if (naming.length > mostTried) return this.selecting(labels)
    const picked = (by: Labels) => naming.filter(({ selector }) => matchesSelector(selector, by))
    const [old, now] = [picked(before), picked(labels)]
    return changedPolicies(applying, {
      gone: old.filter((policy) => !now.includes(policy)),
      come: now.filter((policy) => !old.includes(policy)),
    })
  }

  private indexed(): Selectors {
    this.selectors ??= { index: new SelectorIndex(this.ordered, ({ selector }) => selector), changes: [] }
    return this.selectors
  }
}

function changedSelection(selecting: Policies, { gone, come }: ListChange<NetworkPolicy>, labels: Labels): Policies {
  const joining = come.filter(({ selector }) => matchesSelector(selector, labels))
  return changedPolicies(selecting, { gone, come: joining })
}
