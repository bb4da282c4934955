/** What every firewall here is read into before it becomes policy: ordered rules in chains, hung on hooks, with jumps. */

import type { Span } from '../diagnostic/source.ts'
import type { Family } from '../net/family.ts'
import type { Match } from './match.ts'

/** In a file, and for files of few lines also within what. */
export interface Place extends Span {
  readonly within?: string
}

/** Where packets end, pass through and begin. */
export type Hook = 'input' | 'forward' | 'output'
export const hooks: readonly Hook[] = ['input', 'forward', 'output']

export type FilterVerdict =
  | { readonly type: 'accept' | 'drop' | 'reject' | 'return' }
  | { readonly type: 'jump' | 'goto'; readonly chain: string }

export interface FilterRule {
  /** Any of them; one that holds nothing matches every packet. */
  readonly matches: readonly Match[]
  readonly verdict: FilterVerdict | undefined
  readonly logs: boolean
  readonly comment: string | undefined
  readonly span: Place
}

/** An accept ends it, and the packet goes on with the next of its hook. */
export interface BaseChain {
  readonly hook: Hook
  readonly chain: string
  readonly policy: 'accept' | 'drop'
  /** Undefined: packets of both families meet it. */
  readonly family: Family | undefined
}

export interface FilterSet {
  readonly name: string
  /** Networks as they were written. */
  readonly nets: readonly string[]
  readonly span: Place
}

/** What the imported policy does where it differs from the original: allow more, deny more, one or the other, or neither. */
export type Effect = 'allows more' | 'denies more' | 'may differ' | 'no packet'

export interface Loss {
  readonly effect: Effect
  readonly reason: string
  /** Undefined for what is not in a file. */
  readonly span: Place | undefined
}

export interface Filter {
  /** Of the packets that the original judges; it leaves the others alone. */
  readonly families: readonly Family[]
  /** In the order in which packets meet them. */
  readonly bases: readonly BaseChain[]
  readonly chains: ReadonlyMap<string, readonly FilterRule[]>
  readonly sets: readonly FilterSet[]
  /** Packets that destination NAT makes, as they look afterwards. */
  readonly rewritten: readonly Match[]
  readonly losses: readonly Loss[]
}
