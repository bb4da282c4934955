/** The counters of all policies of a table, in groups; one that stands in several lists has the same ones there. */

import { listSplice } from '../policy/keep-list.ts'
import { editMap } from '../ruleset/edited-elements.ts'
import type { NameGroups } from '../ruleset/grouped-names.ts'
import type { RuleCounters } from './compiled-policy.ts'
import { changedLists } from './table-parts.ts'

interface Counting {
  readonly counters: RuleCounters
}

/** Of one table. */
export interface CounterParts {
  /** Policies, by the chain that is made of their list. */
  readonly lists: ReadonlyMap<string, readonly Counting[]>
  /** Groups that belong to no policy. */
  readonly others: NameGroups
}

export interface CounterGroups {
  /** All of them. */
  readonly groups: NameGroups
  /** In how many lists each group of a policy is. */
  readonly uses: ReadonlyMap<string, number>
}

const noParts: CounterParts = { lists: new Map(), others: new Map() }
const noGroups: CounterGroups = { groups: new Map(), uses: new Map() }

/** @param before what there was, and what that gave */
export function counterGroups(
  { lists, others }: CounterParts,
  before?: { readonly parts: CounterParts; readonly result: CounterGroups },
): CounterGroups {
  const { parts, result } = before ?? { parts: noParts, result: noGroups }
  const changes = new Map<string, number>()
  const found = new Map(others)
  const add = ({ counters }: Counting, uses: number): void => {
    const { group, names } = counters
    if (names.size === 0) return
    changes.set(group, (changes.get(group) ?? 0) + uses)
    if (uses > 0) found.set(group, names)
  }
  for (const { list, was } of changedLists(lists, parts.lists)) {
    const { start, end, endBefore } = listSplice(list, was)
    for (const policy of was.slice(start, endBefore)) add(policy, -1)
    for (const policy of list.slice(start, end)) add(policy, 1)
  }
  const { groups, uses } = result
  const counts = [...changes].map(([group, change]) => [group, (uses.get(group) ?? 0) + change] as const)
  const unused = counts.flatMap(([group, count]) => (count === 0 ? [group] : []))
  const gone = [...parts.others.keys()].filter((group) => !others.has(group))
  const added = [...found].filter(([group, names]) => groups.get(group) !== names)
  return {
    groups: editMap(groups, { deleted: [...unused, ...gone], added }),
    uses: editMap(uses, { deleted: unused, added: counts.filter(([, count]) => count > 0) }),
  }
}
