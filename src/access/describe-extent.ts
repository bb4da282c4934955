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
  const rows = rowsOf(sets, part).map((row) => describeRow(row, whole))
  const shown = [...new Set(rows)]
  const more = shown.length > mostRows ? [`${shown.length - mostRows} more kinds`] : []
  return [...shown.slice(0, mostRows), ...more].join('; ')
}

/** What holds of every packet of the region is left out. */
function describeRow({ family, fields }: PacketRow, whole: readonly PacketRow[]): string {
  const isCommon = (name: FieldName, intervals: readonly Interval[]): boolean =>
    whole.every((row) => sameIntervals(row.fields.get(name) ?? [], intervals))
  const known = families.filter((one) => whole.some((row) => row.family === undefined || row.family === one))
  const words = [...fields].flatMap(([name, intervals]) =>
    isCommon(name, intervals) || fieldWords[name] === undefined
      ? []
      : [`${fieldWords[name]}=${printIntervals(name, intervals, family ?? 4)}`],
  )
  const prefix = family === undefined || known.length < 2 ? [] : [`IPv${family}`]
  return [...prefix, ...words].join(' ') || 'some packets of the case'
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
