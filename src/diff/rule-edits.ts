/** Which rules of a chain go and which come: a shortest edit between two lists, for people to read. */

import { printRule } from '../ruleset/print-rule.ts'
import type { Rule } from '../ruleset/rule.ts'
import type { Action } from './plan.ts'

export interface RuleEdit {
  readonly action: Action
  readonly rule: Rule
}

/** Above this many comparisons the middle part is shown as removed and added whole. */
const mostComparisons = 4_000_000

/** In chain order; at the same place deletions come before additions. */
export function ruleEdits(from: readonly Rule[], to: readonly Rule[]): readonly RuleEdit[] {
  const [a, b] = [from.map(printRule), to.map(printRule)]
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) start++
  let tail = 0
  while (tail < a.length - start && tail < b.length - start && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++
  const gone = from.slice(start, from.length - tail)
  const come = to.slice(start, to.length - tail)
  const kept = longestCommon(a.slice(start, a.length - tail), b.slice(start, b.length - tail))
  return editsAround(kept, gone, come)
}

/** Index pairs of a longest common subsequence. */
type Pairs = readonly (readonly [number, number])[]

function longestCommon(a: readonly string[], b: readonly string[]): Pairs {
  if (a.length * b.length > mostComparisons) return []
  const width = b.length + 1
  const lengths = new Uint32Array((a.length + 1) * width)
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const down = lengths[(i + 1) * width + j] ?? 0
      const right = lengths[i * width + j + 1] ?? 0
      lengths[i * width + j] = a[i] === b[j] ? (lengths[(i + 1) * width + j + 1] ?? 0) + 1 : Math.max(down, right)
    }
  }
  const pairs: (readonly [number, number])[] = []
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) pairs.push([i++, j++])
    else if ((lengths[(i + 1) * width + j] ?? 0) >= (lengths[i * width + j + 1] ?? 0)) i++
    else j++
  }
  return pairs
}

function editsAround(kept: Pairs, gone: readonly Rule[], come: readonly Rule[]): readonly RuleEdit[] {
  const edits: RuleEdit[] = []
  let i = 0
  let j = 0
  for (const [nextGone, nextCome] of [...kept, [gone.length, come.length] as const]) {
    for (const rule of gone.slice(i, nextGone)) edits.push({ action: 'delete', rule })
    for (const rule of come.slice(j, nextCome)) edits.push({ action: 'add', rule })
    i = nextGone + 1
    j = nextCome + 1
  }
  return edits
}
