/**
 * The networks that the rules of a segment name -> sets of blocks that they are in, looked up behind a netmask.
 *
 *   192.0.2.0/25, 198.51.100.7   =>   ip saddr & 255.255.255.0 @...-24   192.0.2.0, 198.51.100.0
 *   10.1.0.0/17                  =>   ip saddr & 255.255.0.0   @...-16   10.1.0.0
 *
 * A gate may let through more than its rules match, so no set of intervals is needed: before each change of any element nft fetches
 * all of those.
 */

import { invariant } from '../diagnostic/invariant.ts'
import { addressBits, printAddress, readAnyAddress } from '../net/address.ts'
import { cidrInterval, readCidr } from '../net/cidr.ts'
import type { Family } from '../net/family.ts'
import type { Interval } from '../net/interval.ts'
import { addressType, type NamedSet } from '../ruleset/named-set.ts'
import type { AddressList, Match } from '../ruleset/rule.ts'
import { gateSet } from './names.ts'

export interface AskedSet {
  readonly set: NamedSet
  readonly match: Match
}

export type AddressMatch = Extract<Match, { readonly type: 'address' }>

/** The longest first. */
const blockLengths: Readonly<Record<Family, readonly number[]>> = { 4: [24, 16, 8], 6: [64, 48, 32] }
/** What touches more of them is looked for in larger ones. */
const mostBlocks = 4

/** First addresses by the length of the block's prefix. */
type Blocks = ReadonlyMap<number, ReadonlySet<string>>

/** Of one side and family. */
interface Networks {
  readonly side: 'saddr' | 'daddr'
  readonly family: Family
  readonly intervals: readonly Interval[]
}

/** Undefined where more sets would be needed, or a network is too large for any block. @param matches with literal addresses */
export function blockSets(
  segment: string,
  matches: readonly AddressMatch[],
  most: number,
): readonly AskedSet[] | undefined {
  const groups = networksIn(matches)
  const fine = groups.map((group) => ({ group, blocks: blocksOf(group, blockLengths[group.family]) }))
  const coarse = fine.map(({ group, blocks }) => {
    const widest = Math.min(addressBits(group.family), ...blocks.keys())
    return { group, blocks: blocksOf(group, [widest]) }
  })
  return [fine, coarse]
    .filter((asked) => asked.every(({ blocks }) => blocks.size > 0))
    .map((asked) => asked.flatMap(({ group, blocks }) => [...blocks].map((part) => askedSet(segment, group, part))))
    .find((sets) => sets.length <= most)
}

function networksIn(matches: readonly AddressMatch[]): readonly Networks[] {
  const groups = new Map<string, Networks & { readonly intervals: Interval[] }>()
  for (const { side, family, among } of matches) {
    const key = `${side}${family}`
    const group = groups.get(key) ?? { side, family, intervals: [] }
    groups.set(key, group)
    if (among.type === 'literal') for (const element of among.elements) group.intervals.push(intervalOf(element))
  }
  return [...groups.values()]
}

function intervalOf(element: string): Interval {
  if (element.includes('/')) {
    const reading = readCidr(element)
    invariant(reading.type === 'cidr', `${element} is a network`)
    return cidrInterval(reading.cidr)
  }
  const [first, last = first] = element.split('-').map(readAnyAddress)
  invariant(first !== undefined && last !== undefined, `${element} is an address or a range`)
  return { from: first.value, to: last.value }
}

/** Single addresses alone stay what they are. Empty where an interval fits into no block of these lengths. */
function blocksOf({ family, intervals }: Networks, lengths: readonly number[]): Blocks {
  const bits = addressBits(family)
  const areAddresses = intervals.every(({ from, to }) => from === to)
  const blocks = new Map<number, Set<string>>()
  for (const interval of intervals) {
    const prefix = areAddresses ? bits : lengths.find((length) => countBlocks(interval, bits - length) <= mostBlocks)
    if (prefix === undefined) return new Map()
    const part = blocks.get(prefix) ?? new Set()
    blocks.set(prefix, part)
    for (const value of basesOf(interval, bits - prefix)) part.add(printAddress({ family, value }))
  }
  return blocks
}

function countBlocks({ from, to }: Interval, hostBits: number): number {
  const shift = BigInt(hostBits)
  return Number((to >> shift) - (from >> shift)) + 1
}

function basesOf(interval: Interval, hostBits: number): readonly bigint[] {
  const shift = BigInt(hostBits)
  const first = interval.from >> shift
  return Array.from({ length: countBlocks(interval, hostBits) }, (_, at) => (first + BigInt(at)) << shift)
}

function askedSet(
  segment: string,
  { side, family }: Networks,
  [prefix, elements]: readonly [number, ReadonlySet<string>],
): AskedSet {
  const isWhole = prefix === addressBits(family)
  const name = gateSet(segment, isWhole ? `addresses-${side}${family}` : `networks-${side}${family}-${prefix}`)
  const key = [addressType(family)]
  const among: AddressList = isWhole ? { type: 'set', name } : { type: 'networks', name, prefix }
  return {
    set: { name, key, interval: false, comment: undefined, properties: [], elements },
    match: { type: 'address', side, family, among, negated: false },
  }
}
