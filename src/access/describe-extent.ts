/** Says for which packets of a region something is so, by the fields that make the difference: `IPv4 dport=22 src=192.0.2.0/28; IPv6 dport=22`. */

import { printAddress } from '../net/address.ts'
import { intervalPrefix, printCidr } from '../net/cidr.ts'
import { type Family, families } from '../net/family.ts'
import { type Interval, sameIntervals } from '../net/interval.ts'
import { printProtocol } from '../net/protocol.ts'
import type { FieldName } from '../packet-set/fields.ts'
import type { PacketSet, PacketSets } from '../packet-set/packet-sets.ts'
import { type PacketRow, rowsOf } from '../packet-set/rows.ts'

const mostRows = 3
const mostIntervals = 3

/** @param part of the region, neither is empty */
export function describeExtent(sets: PacketSets, part: PacketSet, region: PacketSet): string {
  if (part === region) return 'every packet of the case'
  const whole = rowsOf(sets, region)
  const found = new Map<string, Set<Family>>()
  for (const row of rowsOf(sets, part)) {
    const words = wordsOf(row, whole)
    found.set(words, new Set([...(found.get(words) ?? []), ...familiesOf([row])]))
  }
  const rows = [...found].map(([words, some]) => describeRow(words, [...some], familiesOf(whole)))
  const more = rows.length > mostRows ? [`${rows.length - mostRows} more kinds`] : []
  return [...rows.slice(0, mostRows), ...more].join('; ')
}

/** A family is named where the region has both and the row has one. */
function describeRow(words: string, some: readonly Family[], all: readonly Family[]): string {
  const prefix = some.length < all.length ? [`IPv${some.join()}`] : []
  return [...prefix, ...(words === '' ? [] : [words])].join(' ') || 'some packets of the case'
}

/** What holds of every packet of its family in the region is left out. */
function wordsOf({ family, fields }: PacketRow, whole: readonly PacketRow[]): string {
  const beside = whole.filter((row) => row.family === undefined || family === undefined || row.family === family)
  const isCommon = (name: FieldName, intervals: readonly Interval[]): boolean =>
    beside.every((row) => sameIntervals(row.fields.get(name) ?? [], intervals))
  const words = [...fields].flatMap(([name, intervals]) =>
    isCommon(name, intervals) || fieldWords[name] === undefined
      ? []
      : [`${fieldWords[name]}=${printIntervals(name, intervals, family ?? 4)}`],
  )
  return words.join(' ')
}

function familiesOf(rows: readonly PacketRow[]): readonly Family[] {
  return families.filter((family) => rows.some((row) => row.family === undefined || row.family === family))
}

const fieldWords: Partial<Readonly<Record<FieldName, string>>> = {
  protocol: 'proto',
  destinationPort: 'dport',
  icmpType: 'icmp-type',
  icmpCode: 'icmp-code',
  sourcePort: 'sport',
  originalPort: 'orig-dport',
  destination: 'dst',
  original: 'orig-dst',
  source: 'src',
}

function printIntervals(name: FieldName, intervals: readonly Interval[], family: Family): string {
  const shown = intervals.slice(0, mostIntervals).map((interval) => printInterval(name, interval, family))
  const more = intervals.length - shown.length
  return [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join(',')
}

function printInterval(name: FieldName, interval: Interval, family: Family): string {
  const { from, to } = interval
  const isAddress = name === 'source' || name === 'destination' || name === 'original'
  const print = (value: bigint): string =>
    isAddress
      ? printAddress({ family, value })
      : name === 'protocol'
        ? printProtocol(Number(value)).toLowerCase()
        : String(value)
  if (from === to) return print(from)
  const prefix = isAddress ? intervalPrefix(interval, family) : undefined
  return prefix === undefined ? `${print(from)}-${print(to)}` : printCidr({ family, base: from, prefix })
}
