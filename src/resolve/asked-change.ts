/** Two states of one host's lists -> the rules that are looked at no more, and those that are now: lists that stay are not walked. */

import type { DirectedLists, EndpointView, PolicyList, TierPolicies, WorkloadView } from '../policy/host-view.ts'
import type { Direction, PolicyRule } from '../policy/rule.ts'
import { policyChange } from './policy-change.ts'

/** Rules of one owner and direction. */
type Rules = readonly PolicyRule[]

export interface RulesChange {
  /** Some of them may still be looked at elsewhere. */
  readonly gone: readonly Rules[]
  /** Some of them may have been looked at before. */
  readonly come: readonly Rules[]
}

type ListOwner = EndpointView | WorkloadView

/** Undefined where more differs than policies in the lists of the same owners. */
export function rulesChange(before: readonly ListOwner[], now: readonly ListOwner[]): RulesChange | undefined {
  if (before.length !== now.length) return undefined
  const change = { gone: [] as Rules[], come: [] as Rules[] }
  const seen = new Map<PolicyList, Set<PolicyList>>()
  for (const [at, owner] of now.entries())
    for (const pair of before[at] === owner ? [] : pairsOf(before[at], owner)) {
      const known = seen.get(pair.to) ?? new Set()
      // lists that many owners share became others that they share
      if (pair.from === pair.to || (pair.from !== undefined && known.has(pair.from))) continue
      if (pair.from === undefined || !addChange(change, { ...pair, from: pair.from })) return undefined
      seen.set(pair.to, known.add(pair.from))
    }
  return change
}

interface ListPair {
  readonly from: PolicyList
  readonly to: PolicyList
  readonly direction: Direction
}

type FoundPair = Omit<ListPair, 'from'> & { readonly from: PolicyList | undefined }

function pairsOf(before: ListOwner | undefined, now: ListOwner): readonly FoundPair[] {
  const [last, lists] = [before === undefined ? [] : listsOf(before), listsOf(now)]
  const isAlike = last.length === lists.length
  return lists.flatMap((list, at) =>
    (['ingress', 'egress'] as const).map((direction) => {
      return { from: isAlike ? last[at]?.[direction] : undefined, to: list[direction], direction }
    }),
  )
}

function listsOf({ lists }: EndpointView | WorkloadView): readonly DirectedLists[] {
  return 'ingress' in lists ? [lists] : Object.values<DirectedLists>({ ...lists })
}

/** False where more differs than policies of the same tiers. */
function addChange(
  change: { readonly gone: Rules[]; readonly come: Rules[] },
  { from, to, direction }: ListPair,
): boolean {
  if (from.profiles !== to.profiles || from.tiers.length !== to.tiers.length) return false
  return to.tiers.every((tier, at) => {
    const policies = policiesBetween(from.tiers[at], tier)
    for (const policy of policies?.gone ?? []) change.gone.push(policy[direction])
    for (const policy of policies?.come ?? []) change.come.push(policy[direction])
    return policies !== undefined
  })
}

function policiesBetween(from: TierPolicies | undefined, to: TierPolicies): ReturnType<typeof policyChange> {
  return from?.name === to.name ? policyChange(from.policies, to.policies) : undefined
}
