/**
 * Sets of whole numbers as closed intervals: addresses of one family, or ports.
 * A list is canonical when it is sorted, disjoint and no two neighbours touch; two equal sets then have equal lists.
 */

export interface Interval {
  readonly from: bigint
  /** Inclusive, never below `from`. */
  readonly to: bigint
}

/** The canonical list of the same numbers. */
export function mergeIntervals(intervals: readonly Interval[]): readonly Interval[] {
  const sorted = [...intervals].sort((a, b) => compare(a.from, b.from))
  const merged: Interval[] = []
  for (const next of sorted) {
    const last = merged.at(-1)
    if (last !== undefined && next.from <= last.to + 1n) {
      if (next.to > last.to) merged[merged.length - 1] = { from: last.from, to: next.to }
    } else merged.push(next)
  }
  return merged
}

/** What is in `a` but not in `b`; both canonical, and so is the result. */
export function subtractIntervals(a: readonly Interval[], b: readonly Interval[]): readonly Interval[] {
  const rest: Interval[] = []
  let index = 0
  for (const { from, to } of a) {
    let start = from
    while (index < b.length && (b[index]?.to ?? 0n) < start) index++
    for (let at = index; at < b.length; at++) {
      const hole = b[at]
      if (hole === undefined || hole.from > to) break
      if (hole.from > start) rest.push({ from: start, to: hole.from - 1n })
      start = hole.to + 1n
    }
    if (start <= to) rest.push({ from: start, to })
  }
  return rest
}

/** Whether a canonical list contains the number; logarithmic. */
export function intervalsContain(intervals: readonly Interval[], value: bigint): boolean {
  let low = 0
  let high = intervals.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const interval = intervals[middle]
    if (interval === undefined) return false
    if (value < interval.from) high = middle - 1
    else if (value > interval.to) low = middle + 1
    else return true
  }
  return false
}

export function sameIntervals(a: readonly Interval[], b: readonly Interval[]): boolean {
  return a.length === b.length && a.every((left, at) => left.from === b[at]?.from && left.to === b[at]?.to)
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0
}
