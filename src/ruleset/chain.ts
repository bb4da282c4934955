/** A chain: rules in order, and the hook it hangs on if it is a base chain. */

import type { Rule } from './rule.ts'

export interface Chain {
  readonly name: string
  readonly hook: BaseHook | undefined
  /** Ours have none. */
  readonly comment: string | undefined
  readonly rules: readonly Rule[]
}

/** A chain that hangs on no hook: other chains lead to it. */
export function plainChain(name: string, rules: readonly Rule[]): Chain {
  return { name, hook: undefined, comment: undefined, rules }
}

export interface BaseHook {
  readonly type: string
  readonly hook: string
  readonly priority: number
  /** What becomes of packets that no rule decides. */
  readonly fallback: 'accept' | 'drop'
}

/** Whether they differ in their rules at most. */
export function sameHead(a: Chain, b: Chain): boolean {
  return a.comment === b.comment && JSON.stringify(a.hook) === JSON.stringify(b.hook)
}
