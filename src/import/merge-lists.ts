/** The lists of IPv4 and of IPv6 -> one list, with one rule where both say the same. */

import type { FlatList, FlatRule } from './flatten.ts'
import { keyOf } from './match.ts'

/** Rules of different families meet different packets, so their order is free. */
export function mergeLists(lists: readonly FlatList[]): readonly FlatRule[] {
  return lists.map(({ rules }) => rules).reduce(merge)
}

function merge(left: readonly FlatRule[], right: readonly FlatRule[]): readonly FlatRule[] {
  const lengths = commonLengths(left, right)
  const merged: FlatRule[] = []
  let [at, other] = [0, 0]
  while (at < left.length || other < right.length) {
    const [a, b] = [left[at], right[other]]
    if (a !== undefined && b !== undefined && isPair(a, b)) {
      const { family: _, ...match } = a.match
      merged.push({ ...a, match })
      at++
      other++
    } else if (
      b === undefined ||
      (a !== undefined && (lengths[at + 1]?.[other] ?? 0) >= (lengths[at]?.[other + 1] ?? 0))
    ) {
      if (a !== undefined) merged.push(a)
      at++
    } else {
      merged.push(b)
      other++
    }
  }
  return merged
}

/** Of the longest common lists of what follows each pair of places. */
function commonLengths(left: readonly FlatRule[], right: readonly FlatRule[]): readonly (readonly number[])[] {
  const rows: number[][] = Array.from({ length: left.length + 1 }, () => new Array<number>(right.length + 1).fill(0))
  for (let at = left.length - 1; at >= 0; at--) {
    for (let other = right.length - 1; other >= 0; other--) {
      const [a, b, row] = [left[at], right[other], rows[at]]
      if (a === undefined || b === undefined || row === undefined) continue
      const below = rows[at + 1] ?? []
      row[other] = isPair(a, b) ? 1 + (below[other + 1] ?? 0) : Math.max(below[other] ?? 0, row[other + 1] ?? 0)
    }
  }
  return rows
}

function isPair(a: FlatRule, b: FlatRule): boolean {
  const { family: four, ...left } = a.match
  const { family: six, ...right } = b.match
  if (four === undefined || six === undefined || four === six || a.action !== b.action) return false
  const isOfOneFamily = 'source' in left || 'destination' in left || 'icmp' in left
  return !isOfOneFamily && keyOf(left) === keyOf(right)
}
