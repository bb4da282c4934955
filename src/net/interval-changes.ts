/** What coming and going networks do to the addresses that a list of networks covers: only what they touch is looked at. */

import { type Cidr, cidrInterval, networkOf } from './cidr.ts'
import { type Interval, mergeIntervals, subtractIntervals } from './interval.ts'

/** Of one family, sorted by base and prefix, without duplicates. */
export type SortedNetworks = readonly Cidr[]

export interface IntervalChanges {
  /** Canonical. */
  readonly now: readonly Interval[]
  readonly deleted: readonly Interval[]
  readonly added: readonly Interval[]
}

/**
 * The addresses of the networks, from those before.
 *
 * @param before canonical
 * @param change from the networks before to these
 */
export function changeIntervals(
  before: readonly Interval[],
  networks: SortedNetworks,
  change: { readonly gone: readonly Cidr[]; readonly come: readonly Cidr[] },
): IntervalChanges {
  const lost = mergeIntervals(change.gone.flatMap((network) => uncovered(network, networks)))
  const won = mergeIntervals(change.come.map(cidrInterval))
  const now: Interval[] = []
  const deleted: Interval[] = []
  const added: Interval[] = []
  let at = 0
  for (const region of regionsOf(before, [...lost, ...won])) {
    for (const kept of before.slice(at, region.first)) now.push(kept)
    const old = before.slice(region.first, region.end)
    const merged = mergeIntervals([...subtractIntervals(old, within(lost, region)), ...within(won, region)])
    deleted.push(...old)
    added.push(...merged)
    now.push(...merged)
    at = region.end
  }
  for (const kept of before.slice(at)) now.push(kept)
  return { now, deleted, added }
}

/** Addresses of the network that none of the networks has; canonical. */
function uncovered(network: Cidr, networks: SortedNetworks): readonly Interval[] {
  if (isCovered(network, networks)) return []
  const { from, to } = cidrInterval(network)
  const inside = networks.slice(
    firstIndex(networks, ({ base }) => base >= from),
    firstIndex(networks, ({ base }) => base > to),
  )
  return subtractIntervals([{ from, to }], mergeIntervals(inside.map(cidrInterval)))
}

/** Whether the whole network is in one of the networks. */
function isCovered({ family, base, prefix }: Cidr, networks: SortedNetworks): boolean {
  for (let length = prefix; length >= 0; length--) {
    const around = networkOf({ family, value: base }, length)
    const found = networks[firstIndex(networks, (one) => !isBefore(one, around))]
    if (found !== undefined && found.base === around.base && found.prefix === around.prefix) return true
  }
  return false
}

function isBefore(a: Cidr, b: Cidr): boolean {
  return a.base < b.base || (a.base === b.base && a.prefix < b.prefix)
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

/** @param intervals sorted, each in the region or outside of it */
function within(intervals: readonly Interval[], { from, to }: Interval): readonly Interval[] {
  return intervals.slice(
    firstIndex(intervals, (one) => one.from >= from),
    firstIndex(intervals, (one) => one.from > to),
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
