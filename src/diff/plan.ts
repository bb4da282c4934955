/** A transaction as data: what must change in the live table so that it equals the desired one. */

import type { Chain } from '../ruleset/chain.ts'
import type { MapValue, NamedMap, NamedSet } from '../ruleset/named-set.ts'
import type { Rule } from '../ruleset/rule.ts'
import type { ForeignObject, Ruleset } from '../ruleset/ruleset.ts'

/** In an order nft accepts; empty: in sync. */
export interface Plan {
  readonly changes: readonly Change[]
}

export type Action = 'add' | 'delete'

/** Each change carries both sides, so that a plan can be shown and inverted. */
export type Change =
  /** The only change of its plan. No `from`: there is no table yet; no `to`: the table goes. */
  | { readonly type: 'replace-table'; readonly from: Ruleset | undefined; readonly to: Ruleset | undefined }
  | {
      readonly type: 'map-elements'
      readonly action: Action
      readonly map: string
      readonly elements: ReadonlyMap<string, MapValue>
    }
  | {
      readonly type: 'set-elements'
      readonly action: Action
      readonly set: string
      readonly elements: ReadonlySet<string>
    }
  | { readonly type: 'map'; readonly action: Action; readonly map: NamedMap }
  | { readonly type: 'set'; readonly action: Action; readonly set: NamedSet }
  | { readonly type: 'chain'; readonly action: Action; readonly chain: Chain }
  | { readonly type: 'counters'; readonly action: Action; readonly names: ReadonlySet<string> }
  | { readonly type: 'foreign'; readonly action: Action; readonly object: ForeignObject }
  | {
      readonly type: 'replace-rules'
      readonly chain: string
      readonly from: readonly Rule[]
      readonly to: readonly Rule[]
    }
