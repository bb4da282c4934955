/** Addresses -> the names under which a policy knows them: network sets, endpoints, and what selectors stand for. */

import { addressBits } from '../net/address.ts'
import { type Cidr, intervalsOf, networksOf, printCidr } from '../net/cidr.ts'
import { type Family, families } from '../net/family.ts'
import { type Interval, intervalsContain, subtractIntervals } from '../net/interval.ts'

export interface NamedNetworks {
  readonly type: 'set' | 'endpoint' | 'selector'
  readonly name: string
  readonly networks: readonly Cidr[]
}

interface Entry {
  readonly name: string
  readonly intervals: readonly Interval[]
}

/** More than this many names or networks are not told one by one. */
const mostNames = 3
const mostNetworks = 4
/** Beyond it nobody looks for names of parts: an address list is meant as a whole. */
const mostIntervals = 2000

export class AddressNames {
  private readonly exact: Readonly<Record<Family, Map<string, string>>> = { 4: new Map(), 6: new Map() }
  private readonly entries: Readonly<Record<Family, readonly Entry[]>>

  /**
   * Of names for the same addresses the first is used. A name that stands for them in the old revision only says so.
   * @param head names of the new revision @param base names of the old one
   */
  constructor(head: readonly NamedNetworks[], base: readonly NamedNetworks[]) {
    const known = [...head, ...base.map((one) => ({ ...one, name: `${one.name} (before)` }))]
    const entriesOf = (family: Family): readonly Entry[] =>
      known.flatMap(({ name, networks }) => {
        const intervals = intervalsOf(networks, family)
        const key = keyOf(intervals)
        if (intervals.length === 0 || this.exact[family].has(key)) return []
        this.exact[family].set(key, name)
        return [{ name, intervals }]
      })
    const [four = [], six = []] = families.map(entriesOf)
    this.entries = { 4: bySize(four), 6: bySize(six) }
    const setsOf = (names: readonly NamedNetworks[]) => names.filter(({ type }) => type === 'set')
    const before = new Map(setsOf(base).map(({ name, networks }) => [name, networks]))
    for (const { name, networks } of setsOf(head))
      this.addDifference(name, { is: networks, was: before.get(name) ?? networks })
  }

  private addDifference(
    name: string,
    { is, was }: { readonly is: readonly Cidr[]; readonly was: readonly Cidr[] },
  ): void {
    if (is === was) return
    for (const family of families) {
      const [now, then] = [is, was].map((networks) => intervalsOf(networks, family))
      if (now === undefined || then === undefined) return
      const add = (words: string, intervals: readonly Interval[]): void => {
        const key = keyOf(intervals)
        if (intervals.length === 0 || this.exact[family].has(key)) return
        this.exact[family].set(key, `addresses ${words} ${name} (${printNetworks(intervals, family).join(', ')})`)
      }
      add('new in', subtractIntervals(now, then))
      add('no longer in', subtractIntervals(then, now))
    }
  }

  /** @param intervals canonical, neither empty nor everything */
  describe(intervals: readonly Interval[], family: Family): string {
    const exact = this.exact[family].get(keyOf(intervals))
    if (exact !== undefined) return exact
    const rest = subtractIntervals([everything(family)], intervals)
    const excepted = this.exact[family].get(keyOf(rest))
    if (excepted !== undefined) return `anywhere but ${excepted}`
    const isMostly = sizeOf(rest) < sizeOf(intervals) && rest.length <= intervals.length
    return isMostly ? `anywhere but ${this.parts(rest, family)}` : this.parts(intervals, family)
  }

  private parts(intervals: readonly Interval[], family: Family): string {
    let rest = intervals
    const names: string[] = []
    for (const { name, intervals: part } of intervals.length > mostIntervals ? [] : this.entries[family]) {
      const [first] = part
      if (names.length === mostNames || rest.length === 0) break
      if (first === undefined || !intervalsContain(rest, first.from) || subtractIntervals(part, rest).length > 0)
        continue
      names.push(name)
      rest = subtractIntervals(rest, part)
    }
    return [...names, ...printNetworks(rest, family)].join(', ')
  }
}

/** Canonical intervals as networks, the first few of them and how many more there are. */
function printNetworks(intervals: readonly Interval[], family: Family): readonly string[] {
  const shown: Cidr[] = []
  let more = 0
  for (const interval of intervals) {
    if (shown.length > mostNetworks) more += 1
    else shown.push(...networksOf(interval, family))
  }
  if (shown.length <= mostNetworks) return shown.map(printCidr)
  more += shown.length - mostNetworks
  return [...shown.slice(0, mostNetworks).map(printCidr), `and ${more} more networks`]
}

function everything(family: Family): Interval {
  return { from: 0n, to: (1n << BigInt(addressBits(family))) - 1n }
}

function bySize(entries: readonly Entry[]): readonly Entry[] {
  const sizes = new Map(entries.map((entry) => [entry, sizeOf(entry.intervals)]))
  return [...entries].sort((a, b) => Number((sizes.get(b) ?? 0n) - (sizes.get(a) ?? 0n)))
}

function sizeOf(intervals: readonly Interval[]): bigint {
  return intervals.reduce((sum, { from, to }) => sum + to - from + 1n, 0n)
}

function keyOf(intervals: readonly Interval[]): string {
  return intervals.map(({ from, to }) => `${from.toString(36)}-${to.toString(36)}`).join(' ')
}
