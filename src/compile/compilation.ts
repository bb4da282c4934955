/** What compiling gives: the table, and the way back from each rule and counter to the policy. */

import type { Span } from '../diagnostic/source.ts'
import type { Direction, RuleAction } from '../policy/rule.ts'
import type { Chain } from '../ruleset/chain.ts'
import type { NamedMap, NamedSet } from '../ruleset/named-set.ts'
import type { Ruleset } from '../ruleset/ruleset.ts'
import type { CounterGroups, CounterParts } from './counter-groups.ts'
import type { CompilerRemains } from './policy-compiler.ts'
import type { TableParts } from './table-parts.ts'

export interface Compilation {
  readonly ruleset: Ruleset
  /** By counter name: what is counted. */
  readonly counters: ReadonlyMap<string, Counted>
  /** By rule comment: the place in the policy that caused the rule. */
  readonly origins: ReadonlyMap<string, Span>
  /** For the next compilation. */
  readonly remains: Remains
}

export interface Remains extends CompilerRemains {
  readonly chains: TableParts<Chain>
  readonly maps: TableParts<NamedMap>
  readonly sets: TableParts<NamedSet>
  readonly counters: { readonly parts: CounterParts; readonly result: CounterGroups }
}

export type Counted =
  | {
      readonly type: 'rule'
      readonly kind: string
      /** '' for a global kind. */
      readonly namespace: string
      readonly name: string
      readonly direction: Direction
      /** From 0, in the order written. */
      readonly index: number
      readonly action: RuleAction
      readonly origin: string
    }
  | {
      readonly type: 'endpoint'
      readonly endpoint: string
      readonly direction: Direction
      readonly reason: 'denied' | 'invalid'
    }
  | { readonly type: 'failsafe'; readonly direction: Direction; readonly protocol: number; readonly port: number }
  | { readonly type: 'workload'; readonly namespace: string; readonly name: string; readonly direction: Direction }
  /** Packets that would meet another fate in a list if the staged policy were in force. */
  | {
      readonly type: 'staged'
      readonly kind: string
      /** '' for a global kind. */
      readonly namespace: string
      readonly name: string
      readonly direction: Direction
      readonly outcome: 'denied' | 'allowed'
    }
  /** Workload interfaces that no workload endpoint claims, spoofed sources, invalid packets of workloads. */
  | { readonly type: 'other'; readonly what: string }
