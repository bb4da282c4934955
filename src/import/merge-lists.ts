/** The lists of IPv4 and of IPv6 -> one list, with one rule where both say the same. */

import type { FlatList, FlatRule } from './flatten.ts'
import { keyOf } from './match.ts'

/** Rules of different families meet different packets, so their order is free. */
export function mergeLists(lists: readonly FlatList[]): readonly FlatRule[] {
  return lists.map(({ rules }) => rules).reduce(merge)
}

interface Keyed {
  readonly rule: FlatRule
  /** The same for what another family says alike; undefined for what it cannot say. */
  readonly key: string | undefined
}

function merge(four: readonly FlatRule[], six: readonly FlatRule[]): readonly FlatRule[] {
  const [left, right] = [four.map(keyed), six.map(keyed)]
  const lengths = commonLengths(left, right)
  const merged: FlatRule[] = []
  let [at, other] = [0, 0]
  while (at < left.length || other < right.length) {
    const [a, b] = [left[at], right[other]]
    if (a !== undefined && b !== undefined && isPair(a, b)) {
      const { family: _, ...match } = a.rule.match
      merged.push({ ...a.rule, match })
      at++
      other++
    } else if (
      b === undefined ||
      (a !== undefined && (lengths[at + 1]?.[other] ?? 0) >= (lengths[at]?.[other + 1] ?? 0))
    ) {
      if (a !== undefined) merged.push(a.rule)
      at++
    } else {
      merged.push(b.rule)
      other++
    }
  }
  return merged
}

/** Of the longest common lists of what follows each pair of places. */
function commonLengths(left: readonly Keyed[], right: readonly Keyed[]): readonly Uint32Array[] {
  const rows = Array.from({ length: left.length + 1 }, () => new Uint32Array(right.length + 1))
  for (let at = left.length - 1; at >= 0; at--) {
    for (let other = right.length - 1; other >= 0; other--) {
      const [a, b, row] = [left[at], right[other], rows[at]]
      if (a === undefined || b === undefined || row === undefined) continue
      const below = rows[at + 1]
      row[other] = isPair(a, b) ? 1 + (below?.[other + 1] ?? 0) : Math.max(below?.[other] ?? 0, row[other + 1] ?? 0)
    }
  }
  return rows
}

function keyed(rule: FlatRule): Keyed {
  const { family, ...match } = rule.match
  const isOfOneFamily = 'source' in match || 'destination' in match || 'icmp' in match
  return { rule, key: family === undefined || isOfOneFamily ? undefined : `${rule.action} ${keyOf(match)}` }
}

function isPair(a: Keyed, b: Keyed): boolean {
  return a.key !== undefined && a.key === b.key && a.rule.match.family !== b.rule.match.family
}
