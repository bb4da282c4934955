/**
 * Compares the desired table with the live one by content.
 *
 * Objects are matched by name. An object whose declaration differs is deleted and added again; of a set or map with
 * the same declaration only elements change; of a chain on the same hook only its rules. Chains that use a redeclared
 * object are rewritten too, because nft deletes nothing that is in use.
 */

import type { Chain } from '../ruleset/chain.ts'
import { isTransient } from '../ruleset/ended-connections.ts'
import type { MapValue, NamedMap, NamedSet } from '../ruleset/named-set.ts'
import { printRule } from '../ruleset/print-rule.ts'
import { printMapElement } from '../ruleset/print-table.ts'
import type { Rule } from '../ruleset/rule.ts'
import type { ForeignObject, Ruleset } from '../ruleset/ruleset.ts'
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
    ...chains.kept.flatMap(([from, to]) => ruleChange(from, to, redeclared)),
  ]
  return { changes }
}

interface Comparison<T> {
  readonly deleted: readonly T[]
  readonly added: readonly T[]
  /** Live and desired side of what keeps its declaration. */
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
  const kept: (readonly [T, T])[] = []
  const redeclared: string[] = []
  for (const from of inNameOrder(live)) {
    const to = desired.get(from.name)
    if (to !== undefined && same(from, to)) kept.push([from, to])
    else {
      deleted.push(from)
      if (to !== undefined) redeclared.push(from.name)
    }
  }
  const again = new Set(redeclared)
  const added = inNameOrder(desired).filter((to) => !live.has(to.name) || again.has(to.name))
  return { deleted, added, kept, redeclared }
}

function inNameOrder<T extends { readonly name: string }>(objects: ReadonlyMap<string, T>): readonly T[] {
  return [...objects.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

function sameDeclaration(a: NamedSet | NamedMap, b: NamedSet | NamedMap): boolean {
  const text = (set: NamedSet | NamedMap): string =>
    JSON.stringify([set.key, set.interval, set.comment, set.properties, 'data' in set ? set.data : ''])
  return text(a) === text(b)
}

function sameHead(a: Chain, b: Chain): boolean {
  return a.comment === b.comment && JSON.stringify(a.hook) === JSON.stringify(b.hook)
}

/** The elements of `a` that `b` lacks. */
function elementChange(action: Action, a: NamedSet, b: NamedSet): readonly Change[] {
  const elements = isTransient(a) ? new Set<string>() : missing(a.elements, b.elements)
  return elements.size === 0 ? [] : [{ type: 'set-elements', action, set: a.name, elements }]
}

/** The elements of `a` that `b` lacks or maps to something else. */
function mapElementChange(action: Action, a: NamedMap, b: NamedMap): readonly Change[] {
  const elements = new Map<string, MapValue>()
  for (const [key, value] of a.elements) {
    const other = b.elements.get(key)
    if (other === undefined || printMapElement(key, other) !== printMapElement(key, value)) elements.set(key, value)
  }
  return elements.size === 0 ? [] : [{ type: 'map-elements', action, map: a.name, elements }]
}

function counterChange(action: Action, a: Ruleset, b: Ruleset): readonly Change[] {
  const names = missing(a.counters, b.counters)
  return names.size === 0 ? [] : [{ type: 'counters', action, names }]
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

/** What `a` has and `b` has not, sorted. */
function missing(a: ReadonlySet<string>, b: ReadonlySet<string>): ReadonlySet<string> {
  const names: string[] = []
  for (const name of a) if (!b.has(name)) names.push(name)
  return new Set(names.sort())
}

function ruleChange(from: Chain, to: Chain, redeclared: ReadonlySet<string>): readonly Change[] {
  const same = from.rules.length === to.rules.length && from.rules.every((rule, at) => sameRule(rule, to.rules[at]))
  const stale = redeclared.size > 0 && [...from.rules, ...to.rules].some((rule) => usesAny(rule, redeclared))
  return same && !stale ? [] : [{ type: 'replace-rules', chain: to.name, from: from.rules, to: to.rules }]
}

function sameRule(a: Rule, b: Rule | undefined): boolean {
  return b !== undefined && (a === b || printRule(a) === printRule(b))
}

/** Whether the rule names one of the objects; by text, so that it holds for opaque rules too. */
function usesAny(rule: Rule, names: ReadonlySet<string>): boolean {
  return printRule(rule)
    .split(/[\s"]+/)
    .some((word) => names.has(word.replace(/^@/, '')))
}
