/** What compiling gives: the table, and the way back from each rule and counter to the policy. */

import type { Span } from '../diagnostic/source.ts'
import type { Direction, RuleAction } from '../policy/rule.ts'
import type { Ruleset } from '../ruleset/ruleset.ts'
import type { Remains } from './policy-compiler.ts'

export interface Compilation {
  readonly ruleset: Ruleset
  /** By counter name: what is counted. */
  readonly counters: ReadonlyMap<string, Counted>
  /** By rule comment: the place in the policy that caused the rule. */
  readonly origins: ReadonlyMap<string, Span>
  /** For the next compilation. */
  readonly remains: Remains
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
