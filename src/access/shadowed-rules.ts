/** Rules that no packet comes to, because earlier rules of every list in which they stand decide about all that they match. */

import { type Diagnostic, diagnose, inSourceOrder, type Note } from '../diagnostic/diagnostic.ts'
import type { PacketSet, PacketSets } from '../packet-set/packet-sets.ts'
import type { DirectedLists, HostView, PolicyList } from '../policy/host-view.ts'
import type { Direction, PolicyRule } from '../policy/rule.ts'
import { printRule, type RuleCause } from './cause.ts'
import type { RevisionAccess } from './revision-access.ts'

interface Taker {
  readonly cause: RuleCause
  /** Not empty. */
  readonly packets: PacketSet
}

/** What was seen of a rule in the lists so far. */
type Sighting =
  | { readonly type: 'reached' }
  /** In order, without duplicates; those of every list. */
  | { readonly type: 'shadowed'; readonly rule: RuleCause; readonly by: readonly RuleCause[] }

export class ShadowedRules {
  private readonly access: RevisionAccess
  private readonly sets: PacketSets
  private readonly seenLists = new Set<string>()
  private readonly sightings = new Map<PolicyRule, Sighting>()
  private readonly matched = new Map<PolicyRule, PacketSet>()

  constructor(access: RevisionAccess) {
    this.access = access
    this.sets = access.sets
  }

  /** Takes the lists of one host into account: those that no host before it had. */
  look(view: HostView): void {
    const directed: readonly DirectedLists[] = [
      ...view.endpoints.flatMap(({ lists }) => [lists.untracked, lists.preDnat, lists.normal, lists.forward]),
      ...view.workloads.map(({ lists }) => lists),
    ]
    for (const lists of directed)
      for (const direction of ['ingress', 'egress'] as const) {
        const list = lists[direction]
        const key = `${direction} ${this.access.keyOf(list)}`
        if (!this.seenLists.has(key)) this.lookAt(list, direction, view)
        this.seenLists.add(key)
      }
  }

  /** Of the hosts that were looked at, in source order. A rule that matches nothing by itself is not among them. */
  diagnostics(): readonly Diagnostic[] {
    const found = [...this.sightings.values()].flatMap((sighting) =>
      sighting.type === 'shadowed' && isWritten(sighting.rule) ? [this.warn(sighting.rule, sighting.by)] : [],
    )
    return inSourceOrder(found)
  }

  /** As decideList() walks it (behaviour.md 4.2, 4.3). */
  private lookAt({ tiers, profiles }: PolicyList, direction: Direction, view: HostView): void {
    const decided = new Takers(this.sets)
    const groups = [...tiers.map(({ policies }) => policies), ...profiles.map((profile) => [profile])]
    for (const owners of groups) {
      // Pass takes a packet from the rest of its tier or profile only
      const passed = new Takers(this.sets)
      for (const cause of owners.flatMap((owner) => causesOf(owner, direction))) {
        const set = this.setOf(cause, view)
        const rest = passed.rest(decided.rest(set))
        if (rest !== this.sets.none || set === this.sets.none) this.sightings.set(cause.rule, { type: 'reached' })
        else this.noteShadow(cause, [...decided.among(set), ...passed.among(set)])
        if (takes(cause.rule)) (cause.rule.action === 'Pass' ? passed : decided).add(cause, rest)
      }
    }
  }

  private setOf({ rule }: RuleCause, view: HostView): PacketSet {
    const set = this.access.rules.ofRule(rule, view)
    this.matched.set(rule, set)
    return set
  }

  private noteShadow(cause: RuleCause, takers: readonly RuleCause[]): void {
    const known = this.sightings.get(cause.rule)
    if (known?.type === 'reached') return
    const by = [...new Map([...(known?.by ?? []), ...takers].map((taker) => [taker.rule, taker])).values()]
    this.sightings.set(cause.rule, { type: 'shadowed', rule: cause, by })
  }

  private warn(cause: RuleCause, by: readonly RuleCause[]): Diagnostic {
    const { rule } = cause
    const [first] = by
    const isDuplicate =
      by.length === 1 && first?.rule.action === rule.action && this.matched.get(rule) === this.matched.get(first.rule)
    const notes: readonly Note[] = by
      .slice(0, mostNotes)
      .map((taker) => ({ span: taker.rule.span, message: `${taker.rule.action} of ${printRule(taker)}` }))
    if (isDuplicate) {
      const message = `the rule says the same as ${printRule(first)}, which is asked before it wherever both stand: remove one`
      return diagnose('duplicate-rule', { message, span: rule.span, notes })
    }
    const others = by.length > mostNotes ? ` and ${by.length - mostNotes} more` : ''
    const names = `${by.slice(0, mostNotes).map(printRule).join(', ')}${others}`
    const right = by.every((taker) => taker.rule.action === rule.action)
      ? 'it changes nothing, remove it'
      : 'move it before them, or remove it'
    const message = `no packet comes to the rule, since ${names} decide${by.length === 1 ? 's' : ''} about all that it matches: ${right}`
    return diagnose('shadowed-rule', { message, span: rule.span, notes })
  }
}

const mostNotes = 3

/** Earlier rules that keep packets from later ones, each with what it decides about. */
class Takers {
  private readonly sets: PacketSets
  private readonly takers: Taker[] = []
  private taken: PacketSet

  constructor(sets: PacketSets) {
    this.sets = sets
    this.taken = sets.none
  }

  /** What they leave of a set. */
  rest(set: PacketSet): PacketSet {
    return this.sets.minus(set, this.taken)
  }

  /** Those that take something of a set, in order. */
  among(set: PacketSet): readonly RuleCause[] {
    return this.takers
      .filter(({ packets }) => this.sets.intersect(packets, set) !== this.sets.none)
      .map(({ cause }) => cause)
  }

  /** @param packets none of which was taken before */
  add(cause: RuleCause, packets: PacketSet): void {
    if (packets === this.sets.none) return
    this.takers.push({ cause, packets })
    this.taken = this.sets.union(this.taken, packets)
  }
}

/** Log decides nothing, and behind an Allow that expires others come into their own. */
function takes({ action, expires }: PolicyRule): boolean {
  return action !== 'Log' && expires === undefined
}

/** Rules of built-in profiles stand nowhere. */
function isWritten({ rule: { span } }: RuleCause): boolean {
  return span.end > span.start
}

function causesOf(owner: RuleCause['owner'], direction: Direction): readonly RuleCause[] {
  return owner[direction].map((rule, index) => ({ type: 'rule', owner, direction, index, rule }))
}
