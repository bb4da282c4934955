/** An evaluation order -> which rule decides about which packets: first match, tiers, Pass, profiles (behaviour.md 4.2, 4.3). */

import type { PacketSet, PacketSets } from '../packet-set/packet-sets.ts'
import type { PolicyList, TierPolicies } from '../policy/host-view.ts'
import type { NetworkPolicy } from '../policy/network-policy.ts'
import type { Profile } from '../policy/profile.ts'
import type { Direction } from '../policy/rule.ts'
import type { Cause, RuleCause } from './cause.ts'
import type { RuleNames, RuleSets, Sight } from './rule-sets.ts'

export interface Decision {
  /** Never empty. */
  readonly packets: PacketSet
  readonly verdict: 'allow' | 'deny'
  readonly cause: Cause
}

export interface ListDecisions {
  /** Disjoint, in the order of the list. */
  readonly decisions: readonly Decision[]
  readonly allowed: PacketSet
  readonly denied: PacketSet
  /** About which no tier decides; empty in lists that end with Deny. */
  readonly undecided: PacketSet
  /** Of rules with any action, in the order of the list: those that no packet comes to, or none that they match. */
  readonly unreached: readonly RuleCause[]
}

export interface ListQuestion {
  readonly list: PolicyList
  readonly direction: Direction
  readonly names: RuleNames
  readonly sight: Sight
  /** What becomes of packets that no tier and no profile decides. */
  readonly end: 'deny' | 'undecided'
}

export function decideList(sets: PacketSets, rules: RuleSets, question: ListQuestion): ListDecisions {
  const fold = new Fold(sets, rules, question)
  let open = sets.all
  for (const tier of question.list.tiers) open = fold.askTier(tier, open)
  if (question.end === 'deny') {
    for (const profile of question.list.profiles) open = fold.askProfile(profile, open)
    fold.decide(open, 'deny', { type: 'end', direction: question.direction })
    open = sets.none
  }
  const { decisions, unreached } = fold
  const of = (verdict: Decision['verdict']): PacketSet =>
    sets.unionOf(decisions.filter((one) => one.verdict === verdict).map(({ packets }) => packets))
  return { decisions, unreached, allowed: of('allow'), denied: of('deny'), undecided: open }
}

class Fold {
  readonly decisions: Decision[] = []
  readonly unreached: RuleCause[] = []
  private readonly sets: PacketSets
  private readonly rules: RuleSets
  private readonly question: ListQuestion

  constructor(sets: PacketSets, rules: RuleSets, question: ListQuestion) {
    this.sets = sets
    this.rules = rules
    this.question = question
  }

  /** @returns the packets that go on */
  askTier({ name, defaultAction, policies }: TierPolicies, open: PacketSet): PacketSet {
    const { sets, question } = this
    let rest = open
    let passed = sets.none
    for (const policy of policies) {
      const answer = this.askRules(policy, rest)
      rest = answer.rest
      passed = sets.union(passed, answer.passed)
    }
    if (defaultAction === 'Pass') return sets.union(passed, rest)
    this.decide(rest, 'deny', { type: 'tier', tier: name, direction: question.direction })
    return passed
  }

  /** @returns the packets that go on: those that pass, and those that no rule matches */
  askProfile(profile: Profile, open: PacketSet): PacketSet {
    const { rest, passed } = this.askRules(profile, open)
    return this.sets.union(rest, passed)
  }

  decide(packets: PacketSet, verdict: Decision['verdict'], cause: Cause): void {
    if (packets !== this.sets.none) this.decisions.push({ packets, verdict, cause })
  }

  private askRules(owner: NetworkPolicy | Profile, open: PacketSet): { rest: PacketSet; passed: PacketSet } {
    const { sets } = this
    const { direction, names, sight } = this.question
    let rest = open
    const passed: PacketSet[] = []
    for (const [index, rule] of owner[direction].entries()) {
      const cause = { type: 'rule', owner, direction, index, rule } as const
      const met = sets.intersect(rest, this.rules.ofRule(rule, names, sight))
      if (met === sets.none) this.unreached.push(cause)
      if (rule.action === 'Log') continue
      rest = sets.minus(rest, met)
      if (rule.action === 'Pass') passed.push(met)
      else this.decide(met, rule.action === 'Allow' ? 'allow' : 'deny', cause)
    }
    return { rest, passed: sets.unionOf(passed) }
  }
}
