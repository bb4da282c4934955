/** One nftables table as data: counters, sets, maps and chains. Equal tables have equal canonical text, whatever their order was. */

import type { Chain } from './chain.ts'
import type { NamedMap, NamedSet } from './named-set.ts'

/** The only table that is ever written. */
export const tableName = 'inet rampart'

export interface Ruleset {
  /** Table flags such as `dormant`; ours has none. */
  readonly flags: readonly string[]
  /** Names of the counter objects; their values are no part of the ruleset. */
  readonly counters: ReadonlySet<string>
  readonly sets: ReadonlyMap<string, NamedSet>
  readonly maps: ReadonlyMap<string, NamedMap>
  readonly chains: ReadonlyMap<string, Chain>
  /** Objects that we never write (quotas, limits, flowtables, ...): somebody else's, by `keyword name`. */
  readonly foreign: ReadonlyMap<string, ForeignObject>
}

export interface ForeignObject {
  /** `quota`, `limit`, `ct helper`, `flowtable`, ... */
  readonly keyword: string
  readonly name: string
  /** Its block as nft listed it. */
  readonly text: string
}

export const emptyRuleset: Ruleset = {
  flags: [],
  counters: new Set(),
  sets: new Map(),
  maps: new Map(),
  chains: new Map(),
  foreign: new Map(),
}

export function countRules(ruleset: Ruleset): number {
  let count = 0
  for (const chain of ruleset.chains.values()) count += chain.rules.length
  return count
}

export function countElements(ruleset: Ruleset): number {
  let count = 0
  for (const set of ruleset.sets.values()) count += set.elements.size
  for (const map of ruleset.maps.values()) count += map.elements.size
  return count
}
