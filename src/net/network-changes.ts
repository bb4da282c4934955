/** Two lists of networks of which most are alike -> what came and went, and what that does to the addresses they cover. */

import { type Cidr, cidrInterval } from './cidr.ts'
import { type Interval, mergeIntervals } from './interval.ts'

/** Sorted by base and prefix, without duplicates. */
export type SortedNetworks = readonly Cidr[]

export interface NetworkChanges {
  readonly deleted: readonly Cidr[]
  readonly added: readonly Cidr[]
}

/** @param now of the same family */
export function networkChanges(before: SortedNetworks, now: SortedNetworks): NetworkChanges {
  const deleted: Cidr[] = []
  const added: Cidr[] = []
  let [at, next] = [0, 0]
  while (at < before.length || next < now.length) {
    const [old, current] = [before[at], now[next]]
    const order = old === current ? 0 : compareNetworks(old, current)
    if (order < 0 && old !== undefined) deleted.push(old)
    if (order > 0 && current !== undefined) added.push(current)
    if (order <= 0) at++
    if (order >= 0) next++
  }
  return { deleted, added }
}

/** Nothing comes last. */
function compareNetworks(a: Cidr | undefined, b: Cidr | undefined): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? 1 : -1
  return a.base < b.base ? -1 : a.base > b.base ? 1 : a.prefix - b.prefix
}

export interface IntervalChanges {
  /** Canonical. */
  readonly now: readonly Interval[]
  readonly deleted: readonly Interval[]
  readonly added: readonly Interval[]
}

/** The addresses of the networks, from those before: only what a change touches is looked at. @param before canonical */
export function changeIntervals(
  before: readonly Interval[],
  networks: SortedNetworks,
  { deleted, added }: NetworkChanges,
): IntervalChanges {
  const now: Interval[] = []
  const gone: Interval[] = []
  const come: Interval[] = []
  let at = 0
  for (const { from, to, first, end } of regionsOf(before, [...deleted, ...added].map(cidrInterval))) {
    for (; at < first; at++) now.push(before[at] ?? { from, to })
    const merged = mergeIntervals(networksIn(networks, { from, to }).map(cidrInterval))
    gone.push(...before.slice(first, end))
    come.push(...merged)
    now.push(...merged)
    at = end
  }
  for (const interval of before.slice(at)) now.push(interval)
  return { now, deleted: gone, added: come }
}

/** Addresses that change together: the intervals from `first` to before `end`, and what comes between them. */
interface Region extends Interval {
  readonly first: number
  readonly end: number
}

/** In order; no two of them touch each other, or the same interval. */
function regionsOf(before: readonly Interval[], changed: readonly Interval[]): readonly Region[] {
  const regions: Region[] = []
  for (const one of [...changed].sort((a, b) => (a.from < b.from ? -1 : 1))) {
    const region = regionOf(before, one)
    const last = regions.at(-1)
    if (last === undefined || region.from > last.to + 1n) regions.push(region)
    else regions[regions.length - 1] = { ...last, to: most(last.to, region.to), end: Math.max(last.end, region.end) }
  }
  return regions
}

function regionOf(before: readonly Interval[], { from, to }: Interval): Region {
  const first = firstIndex(before, (interval) => interval.to + 1n >= from)
  const end = firstIndex(before, (interval) => interval.from > to + 1n)
  const [leftmost, rightmost] = first < end ? [before[first], before[end - 1]] : []
  return {
    from: leftmost !== undefined && leftmost.from < from ? leftmost.from : from,
    to: most(to, rightmost?.to ?? to),
    first,
    end,
  }
}

function networksIn(networks: SortedNetworks, { from, to }: Interval): readonly Cidr[] {
  const start = firstIndex(networks, ({ base }) => base >= from)
  return networks.slice(
    start,
    firstIndex(networks, ({ base }) => base > to),
  )
}

/** @param isBehind false for the first ones, true for the others */
function firstIndex<T>(sorted: readonly T[], isBehind: (one: T) => boolean): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const one = sorted[middle]
    if (one !== undefined && isBehind(one)) high = middle
    else low = middle + 1
  }
  return low
}

function most(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}
