/**
 * One list as it is and as it would be, asked one after the other, to count the packets that it would treat otherwise.
 *
 *   .../lists       the list as it would be: Allow -> after-allow, Deny -> after-deny
 *   after-allow     the list as it is: Allow -> accept, Deny -> allowed
 *   after-deny      the list as it is: Allow -> denied, Deny -> accept
 *   denied, allowed   count, accept
 *
 * Every way ends in accept, which ends a base chain that decides nothing.
 */

import type { PolicyList, StagedView } from '../policy/host-view.ts'
import type { NetworkPolicy } from '../policy/network-policy.ts'
import type { Profile } from '../policy/profile.ts'
import type { Direction, RuleAction } from '../policy/rule.ts'
import { accept, goTo, jump, makeRule, type Rule, type Verdict } from '../ruleset/rule.ts'
import { partName, policyChain, stagedName } from './names.ts'
import { deniesAtEnd, policyChains } from './policy-chains.ts'
import type { TableBuilder } from './table-builder.ts'

/** What a list comes to; `undecided` where the next stage decides. */
export type ListOutcome = 'deny' | 'undecided' | 'allow'

const rank: Readonly<Record<ListOutcome, number>> = { deny: 0, undecided: 1, allow: 2 }

export interface Trial {
  readonly policy: StagedView['policy']
  readonly direction: Direction
  /** The list as it is, and as it would be. */
  readonly enforced: PolicyList
  readonly tried: PolicyList
  /** What no tier and no profile decides. */
  readonly end: ListOutcome
}

/**
 * Endpoints with the same lists share the chains.
 * @param chain what it is called unless another has it
 * @returns the chain to go to
 */
export function addTrial(builder: TableBuilder, trial: Trial, chain: string): string {
  const { policy, direction, enforced, tried, end } = trial
  const purpose = JSON.stringify([stagedName(policy), direction, end])
  const lists = [enforced, tried]
  const shared = builder.shared.find(purpose, lists)
  if (shared !== undefined) return shared
  builder.shared.add(purpose, { lists, chain })
  const after = new Map(
    outcomesOf(tried, trial).map((outcome) => [outcome, addComparison(builder, { trial, outcome, chain })] as const),
  )
  addList(builder, { name: chain, list: tried, trial, verdictOf: (outcome) => after.get(outcome) ?? accept })
  return chain
}

/** Whether there may be a packet that the lists treat otherwise. */
export function canDiffer(trial: Trial): boolean {
  const [enforced, tried] = [outcomesOf(trial.enforced, trial), outcomesOf(trial.tried, trial)]
  return (
    !isSameList(trial.enforced, trial.tried) && tried.some((outcome) => enforced.some((found) => found !== outcome))
  )
}

/** Whether the lists are made of the same policies. */
function isSameList(a: PolicyList, b: PolicyList): boolean {
  return (
    a.tiers.length === b.tiers.length &&
    a.tiers.every(({ name, policies }, at) => {
      const other = b.tiers[at]
      return (
        name === other?.name &&
        policies.length === other.policies.length &&
        policies.every((policy, index) => policy === other.policies[index])
      )
    })
  )
}

/** What becomes of a packet for which the list would come to an outcome. */
function addComparison(
  builder: TableBuilder,
  { trial, outcome, chain }: { readonly trial: Trial; readonly outcome: ListOutcome; readonly chain: string },
): Verdict {
  const verdictOf = (found: ListOutcome): Verdict => {
    if (found === outcome) return accept
    return countingVerdict(builder, trial, rank[outcome] < rank[found] ? 'denied' : 'allowed')
  }
  const [first, ...others] = outcomesOf(trial.enforced, trial)
  if (first !== undefined && others.length === 0) return verdictOf(first)
  const name = partName(chain, `after-${outcome}`)
  addList(builder, { name, list: trial.enforced, trial, verdictOf })
  return goTo(name)
}

/** Those that the list may come to, or more. */
function outcomesOf(list: PolicyList, { direction, end }: Trial): readonly ListOutcome[] {
  const has = (action: RuleAction): boolean => {
    const takes = (resource: NetworkPolicy | Profile) => resource[direction].some((rule) => rule.action === action)
    return list.tiers.some(({ policies }) => policies.some(takes)) || list.profiles.some(takes)
  }
  const found = new Set<ListOutcome>([end])
  if (has('Allow')) found.add('allow')
  if (list.tiers.some(({ defaultAction }) => defaultAction === 'Deny') || has('Deny')) found.add('deny')
  return [...found]
}

interface ComparedList {
  readonly name: string
  readonly list: PolicyList
  readonly trial: Trial
  readonly verdictOf: (outcome: ListOutcome) => Verdict
}

function addList(builder: TableBuilder, { name, list, trial, verdictOf }: ComparedList): void {
  const { direction } = trial
  const deny = verdictOf('deny')
  const chains = policyChains({
    list,
    direction,
    chain: policyChain(name),
    denial: [makeRule({ verdict: deny })],
    verdicts: { allow: verdictOf('allow'), deny },
    voice: 'silent',
    compiler: builder.compiler,
  })
  const asks: readonly Rule[] = chains[0]?.rules.length ? [makeRule({ verdict: jump(policyChain(name)) })] : []
  if (asks.length > 0) builder.addChains(chains)
  const end = deniesAtEnd(list, direction) ? deny : verdictOf(trial.end)
  builder.addChain(name, [...asks, makeRule({ verdict: end })])
}

function countingVerdict(builder: TableBuilder, { policy, direction }: Trial, outcome: 'denied' | 'allowed'): Verdict {
  const chain = `${stagedName(policy)}/count-${direction}-${outcome}`
  if (!builder.hasChain(chain)) {
    const { kind, namespace = '', name } = policy
    const counted = { type: 'staged', kind, namespace, name, direction, outcome } as const
    const counter = builder.counter(`${stagedName(policy)}/${direction}/${outcome}`, counted)
    builder.addChain(chain, [makeRule({ statements: [counter], verdict: accept })])
  }
  return goTo(chain)
}
