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
import type { KeyType, NamedMap, NamedSet } from '../ruleset/named-set.ts'
import { type KeyField, type Match, makeRule, type Rule } from '../ruleset/rule.ts'
import { mergedElements } from './merged-elements.ts'
import { commentText, mergedSet, partName } from './names.ts'
import { isSilent, type Key, keysOf, type Run } from './runs.ts'

/** A hash lookup costs as much as about eleven failing rules (nft on 6.18). */
const worthwhile = 11

/** The rules of one policy, with what is joined to its first ones or has been joined to those of a policy before. */
export interface RuleGroup {
  readonly name: string
  readonly rules: readonly Rule[]
}

export interface Merged {
  /** Never empty ones. */
  readonly groups: readonly RuleGroup[]
  readonly maps: readonly NamedMap[]
  readonly sets: readonly NamedSet[]
}

export interface MergePlace {
  /** Names the maps. */
  readonly chain: string
  /** Maps of the table before: what does not change is the same object. */
  readonly before: ReadonlyMap<string, NamedMap>
}

/** @param policies in their order */
export function mergeRules(
  policies: readonly { readonly name: string; readonly runs: readonly Run[] }[],
  place: MergePlace,
): Merged {
  const merger = new Merger(place)
  for (const { name, runs } of policies) for (const run of runs) merger.take(run, name)
  merger.close()
  return merger
}

class Merger implements Merged {
  readonly groups: { readonly name: string; readonly rules: Rule[] }[] = []
  readonly maps: NamedMap[] = []
  readonly sets: NamedSet[] = []
  private readonly place: MergePlace
  private readonly names = new MapNames()
  /** Neighbours of one shape, with the policies that they belong to. */
  private open: { readonly run: Run; readonly policy: string }[] = []

  constructor(place: MergePlace) {
    this.place = place
  }

  take(run: Run, policy: string): void {
    if (this.open[0]?.run.shape !== run.shape) this.close()
    this.open.push({ run, policy })
  }

  close(): void {
    const runs = this.open
    this.open = []
    const [first] = runs
    if (first === undefined) return
    const count = runs.reduce((sum, { run }) => sum + run.rules.length, 0)
    if (first.run.key === undefined || count < worthwhile) {
      for (const { run, policy } of runs) {
        const rules = this.groupOf(policy)
        for (const rule of run.rules) rules.push(rule)
      }
    } else
      this.groupOf(first.policy).push(
        this.lookup(
          runs.map(({ run }) => run),
          first.run.key,
          first.policy,
        ),
      )
  }

  private groupOf(name: string): Rule[] {
    const last = this.groups.at(-1)
    if (last?.name === name) return last.rules
    const rules: Rule[] = []
    this.groups.push({ name, rules })
    return rules
  }

  private lookup(runs: readonly Run[], key: Key, policy: string): Rule {
    if (isSilent(runs[0]?.rules[0])) {
      const set = setOf(runs, key)
      this.sets.push(set)
      return silentLookup(runs, key, set.name)
    }
    const map = this.mapOf(runs, key, this.names.next(this.place.chain, policy))
    this.maps.push(map)
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
  const count = runs.reduce((sum, { rules }) => sum + rules.length, 0)
  const comment = commentText(`${count} rules, ${first?.comment} to ${last?.comment}`)
  return { matches: [], statements: [{ type: 'counter-map', family, fields, map }], verdict: first?.verdict, comment }
}
