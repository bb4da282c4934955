/** What the hosts of one revision have in common: sets of rules, and of lists with the same policies and profiles their decisions. */

import type { PacketSets } from '../packet-set/packet-sets.ts'
import type { HostView, PolicyList } from '../policy/host-view.ts'
import type { Direction } from '../policy/rule.ts'
import { decideList, type ListDecisions, type ListQuestion } from './list-decisions.ts'
import { RuleSets, type Sight } from './rule-sets.ts'

export class RevisionAccess {
  readonly sets: PacketSets
  readonly rules: RuleSets
  private readonly lists = new Map<string, ListDecisions>()
  private readonly numbers = new Map<object, number>()

  /** @param sets of this revision and of those that it is compared with */
  constructor(sets: PacketSets) {
    this.sets = sets
    this.rules = new RuleSets(sets)
  }

  /** As the host endpoints' early and forward lists are asked: what no tier decides is undecided. */
  tiersOf(
    list: PolicyList,
    { view, direction, sight }: { readonly view: HostView; readonly direction: Direction; readonly sight: Sight },
  ): ListDecisions {
    return this.decide({ list, direction, names: view, sight, end: 'undecided' })
  }

  /** As the normal lists are asked: tiers, profiles, Deny. */
  normalOf(
    list: PolicyList,
    { view, direction }: { readonly view: HostView; readonly direction: Direction },
  ): ListDecisions {
    return this.decide({ list, direction, names: view, sight: 'as-it-is', end: 'deny' })
  }

  private decide(question: ListQuestion): ListDecisions {
    const key = `${question.direction} ${question.sight} ${question.end} ${this.keyOf(question.list)}`
    const known = this.lists.get(key)
    if (known !== undefined) return known
    const made = decideList(this.sets, this.rules, question)
    this.lists.set(key, made)
    return made
  }

  /** Equal for lists that decide alike whatever the packet. A built-in profile is known by its name. */
  keyOf({ tiers, profiles }: PolicyList): string {
    const ofTiers = tiers.map(
      ({ name, defaultAction, policies }) =>
        `${name} ${defaultAction} ${policies.map((policy) => this.numberOf(policy)).join(',')}`,
    )
    return `${ofTiers.join(' / ')} | ${profiles.map(({ name }) => name).join(',')}`
  }

  private numberOf(policy: object): number {
    const known = this.numbers.get(policy)
    if (known !== undefined) return known
    this.numbers.set(policy, this.numbers.size)
    return this.numbers.size - 1
  }
}
