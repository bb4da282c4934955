/** What a plan does to a table, on the model: `applied(live, diff(desired, live))` equals desired. And its inverse. */

import type { Chain } from '../ruleset/chain.ts'
import type { NamedMap, NamedSet } from '../ruleset/named-set.ts'
import type { ForeignObject, Ruleset } from '../ruleset/ruleset.ts'
import type { Action, Change, Plan } from './plan.ts'

/** The table after the plan; undefined when it is gone. The given one is not changed. */
export function applied(live: Ruleset | undefined, plan: Plan): Ruleset | undefined {
  const first = plan.changes[0]
  if (first?.type === 'replace-table') return first.to
  if (live === undefined) return undefined
  const table = copy(live)
  for (const change of plan.changes) applyChange(table, change)
  return table
}

/** The plan that leads back. */
export function invert(plan: Plan): Plan {
  // reversed: what was deleted first is what used the rest
  const inverses = plan.changes.map(invertChange).reverse()
  return { changes: inverses.sort((a, b) => phase(a) - phase(b)) }
}

interface MutableTable extends Ruleset {
  readonly counters: Set<string>
  readonly sets: Map<string, NamedSet>
  readonly maps: Map<string, NamedMap>
  readonly chains: Map<string, Chain>
  readonly foreign: Map<string, ForeignObject>
}

function copy(table: Ruleset): MutableTable {
  return {
    flags: table.flags,
    counters: new Set(table.counters),
    sets: new Map(table.sets),
    maps: new Map(table.maps),
    chains: new Map(table.chains),
    foreign: new Map(table.foreign),
  }
}

function applyChange(table: MutableTable, change: Change): void {
  switch (change.type) {
    case 'replace-table':
      return
    case 'map-elements':
      changeMapElements(table, change)
      return
    case 'set-elements':
      changeSetElements(table, change)
      return
    case 'map':
      put(table.maps, change.action, { key: change.map.name, value: change.map })
      return
    case 'set':
      put(table.sets, change.action, { key: change.set.name, value: change.set })
      return
    case 'chain':
      put(table.chains, change.action, { key: change.chain.name, value: change.chain })
      return
    case 'counters':
      for (const name of change.names) {
        if (change.action === 'add') table.counters.add(name)
        else table.counters.delete(name)
      }
      return
    case 'foreign':
      put(table.foreign, change.action, { key: foreignId(change.object), value: change.object })
      return
    case 'replace-rules':
      replaceRules(table, change)
      return
  }
}

function put<T>(map: Map<string, T>, action: Action, entry: { readonly key: string; readonly value: T }): void {
  if (action === 'add') map.set(entry.key, entry.value)
  else map.delete(entry.key)
}

function foreignId(object: ForeignObject): string {
  return `${object.keyword} ${object.name}`
}

function changeSetElements(table: MutableTable, change: Extract<Change, { type: 'set-elements' }>): void {
  const set = table.sets.get(change.set)
  if (set === undefined) return
  const elements = new Set(set.elements)
  for (const element of change.elements) {
    if (change.action === 'add') elements.add(element)
    else elements.delete(element)
  }
  table.sets.set(set.name, { ...set, elements })
}

function changeMapElements(table: MutableTable, change: Extract<Change, { type: 'map-elements' }>): void {
  const map = table.maps.get(change.map)
  if (map === undefined) return
  const elements = new Map(map.elements)
  for (const [key, value] of change.elements) put(elements, change.action, { key, value })
  table.maps.set(map.name, { ...map, elements })
}

function replaceRules(table: MutableTable, change: Extract<Change, { type: 'replace-rules' }>): void {
  const chain = table.chains.get(change.chain)
  if (chain !== undefined) table.chains.set(chain.name, { ...chain, rules: change.to })
}

function invertChange(change: Change): Change {
  if (change.type === 'replace-table') return { ...change, from: change.to, to: change.from }
  if (change.type === 'replace-rules') return { ...change, from: change.to, to: change.from }
  return { ...change, action: change.action === 'add' ? 'delete' : 'add' }
}

/** The order of a plan: what goes before what comes, the user before the used when deleting, after it when adding. */
const order: readonly string[] = [
  'replace-table',
  'delete map-elements',
  'delete set-elements',
  'delete foreign',
  'delete map',
  'delete set',
  'delete chain',
  'delete counters',
  'add counters',
  'add set',
  'add chain',
  'add foreign',
  'add map',
  'add set-elements',
  'add map-elements',
  'replace-rules',
]

function phase(change: Change): number {
  return order.indexOf('action' in change ? `${change.action} ${change.type}` : change.type)
}
