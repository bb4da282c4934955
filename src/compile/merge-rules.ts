/**
 * Joins neighbouring rules of one verdict and one shape into a single lookup.
 *
 *   ip saddr 192.0.2.1 tcp dport 22 counter name "a" accept        192.0.2.1 . tcp . 22 : "a"
 *   ip saddr 192.0.2.2 tcp dport 80 counter name "b" accept   =>   192.0.2.2 . tcp . 80 : "b"
 *                                                                  counter name ip saddr . meta l4proto . th dport map @m accept
 *
 * The map's value is the counter of the policy line, so each line still counts for itself. A key that two rules share
 * belongs to the first, as it would without merging. Rules without counters become a lookup in a set.
 */

import type { Family } from '../net/family.ts'
import { type ListSplice, listSplice } from '../policy/keep-list.ts'
import type { KeyType, NamedMap, NamedSet } from '../ruleset/named-set.ts'
import { type KeyField, type Match, makeRule, type Rule } from '../ruleset/rule.ts'
import { mergedElements } from './merged-elements.ts'
import { commentText, mergedSet, partName } from './names.ts'
import { type Placed, PlacedList, replaced } from './placed.ts'
import { isSilent, type Key, keysOf, type Run } from './runs.ts'

/** A hash lookup costs as much as about eleven failing rules (nft on 6.18). */
const worthwhile = 11

/** What of a policy is looked at. */
export interface MergedPolicy {
  readonly name: string
  readonly rules: readonly Rule[]
  readonly runs: readonly Run[]
}

/** The rules of one policy, with what is joined to its first ones or without what was joined to those of a policy before. */
export interface RuleGroup<Policy> {
  readonly policy: Policy
  /** Where nothing was joined, the very list that the policy has. */
  readonly rules: readonly Rule[]
}

/** By the index of a policy. */
export interface Merged<Policy> {
  /** None is empty. */
  readonly groups: Placed<RuleGroup<Policy>>
  readonly maps: Placed<NamedMap>
  readonly sets: Placed<NamedSet>
}

export interface MergePlace {
  /** Names the maps. */
  readonly chain: string
  /** Maps of the table before: what does not change is the same object. */
  readonly before: ReadonlyMap<string, NamedMap>
}

/**
 * @param policies in their order
 * @param last what was made in this place of other policies, most of which are the same
 */
export function mergeRules<Policy extends MergedPolicy>(
  policies: readonly Policy[],
  place: MergePlace,
  last?: { readonly policies: readonly Policy[]; readonly merged: Merged<Policy> },
): Merged<Policy> {
  const merger = new Merger<Policy>(place)
  const { groups, maps, sets } = merger
  if (last === undefined) {
    merger.takeAll(policies, 0, policies.length)
    return { groups, maps, sets }
  }
  const { merged } = last
  const change = betweenBorders(listSplice(policies, last.policies), policies, last.policies)
  merger.takeAll(policies, change.start, change.end)
  return {
    groups: replaced(merged.groups, change, groups),
    maps: replaced(merged.maps, change, maps),
    sets: replaced(merged.sets, change, sets),
  }
}

/** As far as what is joined on either side reaches. */
function betweenBorders(
  { start, end, endBefore }: ListSplice,
  policies: readonly MergedPolicy[],
  before: readonly MergedPolicy[],
): ListSplice {
  const wider = { start, end, endBefore }
  while (!(isBorder(policies, wider.start) && isBorder(before, wider.start))) wider.start--
  while (!(isBorder(policies, wider.end) && isBorder(before, wider.endBefore))) {
    wider.end++
    wider.endBefore++
  }
  return wider
}

/** Whether nothing before the policy is joined to anything from it on; false where one of them has no rules, which says nothing. */
function isBorder(policies: readonly MergedPolicy[], at: number): boolean {
  if (at === 0 || at === policies.length) return true
  const [last, first] = [policies[at - 1]?.runs.at(-1), policies[at]?.runs[0]]
  return last !== undefined && first !== undefined && !canJoin(last, first)
}

function canJoin(last: Run | undefined, first: Run): boolean {
  return first.key !== undefined && last?.shape === first.shape
}

class Merger<Policy extends MergedPolicy> implements Merged<Policy> {
  readonly groups = new PlacedList<RuleGroup<Policy>>()
  readonly maps = new PlacedList<NamedMap>()
  readonly sets = new PlacedList<NamedSet>()
  private readonly place: MergePlace
  private readonly names = new MapNames()
  /** The index of the first policy of those that are taken. */
  private at = 0
  /** Neighbours of one shape, with the policies that they belong to. */
  private open: { readonly run: Run; readonly policy: Policy }[] = []
  private group: { readonly policy: Policy; readonly rules: Rule[] } | undefined

  constructor(place: MergePlace) {
    this.place = place
  }

  /** Policies whose neighbours could be joined at the border between them are taken together. */
  takeAll(policies: readonly Policy[], start: number, end: number): void {
    let stretch: Policy[] = []
    for (let at = start; at < end; at++) {
      const policy = policies[at]
      const first = policy?.runs[0]
      if (policy === undefined || first === undefined) continue
      if (!canJoin(stretch.at(-1)?.runs.at(-1), first)) {
        this.take(stretch)
        stretch = []
        this.at = at
      }
      stretch.push(policy)
    }
    this.take(stretch)
  }

  private take(stretch: readonly Policy[]): void {
    const [policy, ...others] = stretch
    if (policy !== undefined && others.length === 0 && !policy.runs.some((run) => isWorthwhile([run]))) {
      this.groups.push({ policy, rules: policy.rules }, this.at)
      return
    }
    for (const one of stretch)
      for (const run of one.runs) {
        if (this.open[0]?.run.shape !== run.shape) this.close()
        this.open.push({ run, policy: one })
      }
    this.close()
  }

  private close(): void {
    const runs = this.open.map(({ run }) => run)
    const [first] = this.open
    if (first?.run.key !== undefined && isWorthwhile(runs))
      this.groupOf(first.policy).push(this.lookup(runs, first.run.key, first.policy.name))
    else
      for (const { run, policy } of this.open) {
        const rules = this.groupOf(policy)
        for (const rule of run.rules) rules.push(rule)
      }
    this.open = []
  }

  private groupOf(policy: Policy): Rule[] {
    if (this.group?.policy === policy) return this.group.rules
    const group = { policy, rules: [] }
    this.groups.push(group, this.at)
    this.group = group
    return group.rules
  }

  private lookup(runs: readonly Run[], key: Key, policy: string): Rule {
    if (isSilent(runs[0]?.rules[0])) {
      const set = setOf(runs, key)
      this.sets.push(set, this.at)
      return silentLookup(runs, key, set.name)
    }
    const map = this.mapOf(runs, key, this.names.next(this.place.chain, policy))
    this.maps.push(map, this.at)
    return countingLookup(runs, key, map.name)
  }

  private mapOf(runs: readonly Run[], { fields, family }: Key, name: string): NamedMap {
    const key = fields.map((field) => keyType(field, family))
    const before = this.place.before.get(name)
    const isSameKey = before?.key.join() === key.join()
    const elements = mergedElements(runs, isSameKey ? before?.elements : undefined)
    if (before !== undefined && isSameKey && before.elements === elements) return before
    return { name, key, interval: false, comment: undefined, properties: [], data: 'counter', elements }
  }
}

function isWorthwhile(runs: readonly Run[]): boolean {
  return runs[0]?.key !== undefined && countRules(runs) >= worthwhile
}

function countRules(runs: readonly Run[]): number {
  return runs.reduce((sum, { rules }) => sum + rules.length, 0)
}

/** A map is called after the policy its run starts with, so that a run added before it leaves the name as it is. */
class MapNames {
  private readonly taken = new Map<string, number>()

  next(chain: string, policy: string): string {
    const name = partName(chain, `merged-${policy}`)
    const before = this.taken.get(name) ?? 0
    this.taken.set(name, before + 1)
    // no policy's name has a slash
    return before === 0 ? name : `${name}/${before}`
  }
}

/** Called after its content: lists that are tried out several times share it. */
function setOf(runs: readonly Run[], { family, fields }: Key): NamedSet {
  const elements = new Set(runs.flatMap(({ rules }) => rules.flatMap(({ matches }) => keysOf(matches))))
  const key = fields.map((field) => keyType(field, family))
  const name = mergedSet([...key, ...fields, ...[...elements].sort()].join(' '))
  return { name, key, interval: false, comment: undefined, properties: [], elements }
}

function silentLookup(runs: readonly Run[], { family, fields }: Key, set: string): Rule {
  const [field] = fields
  const single = fields.length === 1 && family !== undefined && (field === 'saddr' || field === 'daddr')
  const match: Match = single
    ? { type: 'address', side: field, family, among: { type: 'set', name: set }, negated: false }
    : { type: 'lookup', family, fields, set, negated: false }
  return makeRule({ matches: [match], verdict: runs[0]?.rules[0]?.verdict })
}

function keyType(field: KeyField, family: Family | undefined): KeyType {
  if (field === 'saddr' || field === 'daddr') return family === 6 ? 'ipv6_addr' : 'ipv4_addr'
  return field === 'protocol' ? 'inet_proto' : 'inet_service'
}

function countingLookup(runs: readonly Run[], { family, fields }: Key, map: string): Rule {
  const [first, last] = [runs[0]?.rules[0], runs.at(-1)?.rules.at(-1)]
  const comment = commentText(`${countRules(runs)} rules, ${first?.comment} to ${last?.comment}`)
  return { matches: [], statements: [{ type: 'counter-map', family, fields, map }], verdict: first?.verdict, comment }
}
