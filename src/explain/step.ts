/** What a walk through a table is told as: stages, one a base chain, each a list of rules that were tried. */

import type { Match, Rule, Verdict } from '../ruleset/rule.ts'
import type { SeenPacket } from './seen-packet.ts'

/** A rule that was tried. */
export interface Step {
  /** 0 in a base chain, one more in each chain that it leads to. */
  readonly depth: number
  readonly chain: string
  /** Of the rule in its chain, from 0. */
  readonly index: number
  readonly rule: Rule
  readonly outcome: Outcome
  /** Names of the counters that count the packet, those of a rule that ended early included. */
  readonly counters: readonly string[]
}

export type Outcome =
  | { readonly type: 'matched'; readonly verdict: FinalVerdict | undefined }
  /** The first match that does not hold. */
  | { readonly type: 'failed'; readonly match: Match }
  /** Nothing under the packet's key. */
  | { readonly type: 'missed'; readonly map: string }
  /** The walk goes on as if the rule had not matched. */
  | { readonly type: 'unknown'; readonly reason: UnknownReason }

/** `opaque`: a rule that somebody else wrote; `missing`: it names what the table does not have; `too-deep`: the kernel would not load it. */
export type UnknownReason = 'opaque' | 'missing' | 'too-deep'

/** What a rule does once a lookup has said what. */
export type FinalVerdict = Exclude<Verdict, { readonly type: 'lookup' }>

export interface Stage {
  /** The base chain. */
  readonly chain: string
  readonly hook: string
  readonly priority: number
  readonly verdict: 'accept' | 'drop'
  /** Whether a chain was entered that does more than send packets on by their interface, or would have been but for a known connection. */
  readonly touched: boolean
  /** Whether a rule was tried that cannot be judged. */
  readonly unknown: boolean
  /** The packet as this hook sees it. */
  readonly seen: SeenPacket
  /** The packet as its rules leave it. */
  readonly left: SeenPacket
  /** In the order tried. */
  readonly steps: readonly Step[]
  /** What accepted or dropped, else the last `return`; undefined when no rule decided and the base chain's fallback did. */
  readonly decidedBy: Step | undefined
}
