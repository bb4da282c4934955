/**
 * Compares the desired table with the live one by content.
 *
 * Objects are matched by name. An object whose declaration differs is deleted and added again; of a set or map with
 * the same declaration only elements change; of a chain on the same hook only its rules. Chains that use a redeclared
 * object are rewritten too, because nft deletes nothing that is in use.
 */

import { type Chain, sameHead } from '../ruleset/chain.ts'
import { differingCandidates, differingKeys, missingFrom } from '../ruleset/compare-elements.ts'
import { isTransient } from '../ruleset/ended-connections.ts'
import { type MapValue, type NamedMap, type NamedSet, sameDeclaration } from '../ruleset/named-set.ts'
import { sameRules } from '../ruleset/print-rule.ts'
import type { ForeignObject, Ruleset } from '../ruleset/ruleset.ts'
import { namesUsedBy } from '../ruleset/used-names.ts'
import type { Action, Change, Plan } from './plan.ts'

/** @param live undefined when there is no table */
export function diff(desired: Ruleset, live: Ruleset | undefined): Plan {
  if (desired === live) return { changes: [] }
  if (live === undefined || live.flags.join() !== desired.flags.join()) {
    return { changes: [{ type: 'replace-table', from: live, to: desired }] }
  }
  const sets = compareNamed(live.sets, desired.sets, sameDeclaration)
  const maps = compareNamed(live.maps, desired.maps, sameDeclaration)
  const chains = compareNamed(live.chains, desired.chains, sameHead)
  const foreignDeleted = foreignChanges('delete', live, desired)
  const foreignNames = [...live.foreign.values()].map((object) => object.name)
  const redeclared = new Set([...sets.redeclared, ...maps.redeclared, ...chains.redeclared, ...foreignNames])
  const changes: readonly Change[] = [
    ...maps.kept.flatMap(([from, to]) => mapElementChange('delete', from, to)),
    ...sets.kept.flatMap(([from, to]) => elementChange('delete', from, to)),
    ...foreignDeleted,
    ...maps.deleted.map((map): Change => ({ type: 'map', action: 'delete', map })),
    ...sets.deleted.map((set): Change => ({ type: 'set', action: 'delete', set })),
    ...chains.deleted.map((chain): Change => ({ type: 'chain', action: 'delete', chain })),
    ...counterChange('delete', live, desired),
    ...counterChange('add', desired, live),
    ...sets.added.map((set): Change => ({ type: 'set', action: 'add', set })),
    ...chains.added.map((chain): Change => ({ type: 'chain', action: 'add', chain })),
    ...foreignChanges('add', desired, live),
    ...maps.added.map((map): Change => ({ type: 'map', action: 'add', map })),
    ...sets.kept.flatMap(([from, to]) => elementChange('add', to, from)),
    ...maps.kept.flatMap(([from, to]) => mapElementChange('add', to, from)),
    ...ruleChanges([...chains.kept, ...sameChains(desired, live, redeclared)], redeclared),
  ]
  return { changes }
}

interface Comparison<T> {
  readonly deleted: readonly T[]
  readonly added: readonly T[]
  /** Live and desired side of what keeps its declaration, where they are not one object. */
  readonly kept: readonly (readonly [T, T])[]
  /** Names that are both deleted and added. */
  readonly redeclared: readonly string[]
}

function compareNamed<T extends { readonly name: string }>(
  live: ReadonlyMap<string, T>,
  desired: ReadonlyMap<string, T>,
  same: (a: T, b: T) => boolean,
): Comparison<T> {
  const deleted: T[] = []
  const added: T[] = []
  const kept: (readonly [T, T])[] = []
  const redeclared: string[] = []
  for (const name of differingCandidates(live, desired)) {
    const [from, to] = [live.get(name), desired.get(name)]
    if (from === undefined || to === from) continue
    if (to !== undefined && same(from, to)) kept.push([from, to])
    else {
      deleted.push(from)
      if (to === undefined) continue
      redeclared.push(name)
      added.push(to)
    }
  }
  for (const name of differingCandidates(desired, live)) {
    const to = desired.get(name)
    if (to !== undefined && !live.has(name)) added.push(to)
  }
  kept.sort(([a], [b]) => byName(a, b))
  return { deleted: deleted.sort(byName), added: added.sort(byName), kept, redeclared }
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1
}

/** The elements of `a` that `b` lacks. */
function elementChange(action: Action, a: NamedSet, b: NamedSet): readonly Change[] {
  const missing = isTransient(a) ? [] : missingFrom(a.elements, b.elements)
  return missing.length === 0 ? [] : [{ type: 'set-elements', action, set: a.name, elements: new Set(missing) }]
}

/** The elements of `a` that `b` lacks or maps to something else. */
function mapElementChange(action: Action, a: NamedMap, b: NamedMap): readonly Change[] {
  const elements = new Map<string, MapValue>()
  for (const key of differingKeys(a.elements, b.elements)) {
    const value = a.elements.get(key)
    if (value !== undefined) elements.set(key, value)
  }
  return elements.size === 0 ? [] : [{ type: 'map-elements', action, map: a.name, elements }]
}

function counterChange(action: Action, a: Ruleset, b: Ruleset): readonly Change[] {
  const names = missingFrom(a.counters, b.counters)
  return names.length === 0 ? [] : [{ type: 'counters', action, names: new Set(names) }]
}

function foreignChanges(action: Action, a: Ruleset, b: Ruleset): readonly Change[] {
  const objects = [...a.foreign].flatMap(([id, object]) => (b.foreign.get(id)?.text === object.text ? [] : [object]))
  // a map may use a quota or a limit, nothing uses a map but rules
  const users = objects.filter(isContainer)
  const used = objects.filter((object) => !isContainer(object))
  const inOrder = action === 'delete' ? [...users, ...used] : [...used, ...users]
  return inOrder.map((object) => ({ type: 'foreign', action, object }))
}

function isContainer(object: ForeignObject): boolean {
  return object.keyword === 'map' || object.keyword === 'set'
}

/** One object on both sides: nothing of it can differ, but it may use what is declared anew. */
function sameChains(
  { chains }: Ruleset,
  live: Ruleset,
  redeclared: ReadonlySet<string>,
): readonly (readonly [Chain, Chain])[] {
  if (redeclared.size === 0) return []
  return [...chains.values()].flatMap((chain) =>
    live.chains.get(chain.name) === chain ? [[chain, chain] as const] : [],
  )
}

/** Those whose rules differ, or use what is declared anew. */
function ruleChanges(chains: readonly (readonly [Chain, Chain])[], redeclared: ReadonlySet<string>): readonly Change[] {
  return chains
    .filter(([from, to]) => !sameRules(from.rules, to.rules) || usesAny(from, redeclared) || usesAny(to, redeclared))
    .sort(([a], [b]) => byName(a, b))
    .map(([from, to]) => ({ type: 'replace-rules', chain: to.name, from: from.rules, to: to.rules }))
}

function usesAny(chain: Chain, names: ReadonlySet<string>): boolean {
  if (names.size === 0) return false
  const used = namesUsedBy(chain)
  for (const name of names) if (used.has(name)) return true
  return false
}
