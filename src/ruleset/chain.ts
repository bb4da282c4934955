/** A chain: rules in order, and the hook it hangs on if it is a base chain. */

import type { Rule } from './rule.ts'

export interface Chain {
  readonly name: string
  readonly hook: BaseHook | undefined
  readonly rules: readonly Rule[]
}

export interface BaseHook {
  readonly type: string
  readonly hook: string
  readonly priority: number
  readonly policy: 'accept' | 'drop'
}
