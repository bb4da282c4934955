/** A set of packets -> lines that say which: `tcp 443 from office`, `icmp type 8`, `everything from 10.0.0.0/8`. */

import type { Family } from '../net/family.ts'
import type { Interval } from '../net/interval.ts'
import { subtractIntervals } from '../net/interval.ts'
import { protocolWords } from '../packet/packet-words.ts'
import type { FieldName } from '../packet-set/fields.ts'
import type { PacketSet, PacketSets } from '../packet-set/packet-sets.ts'
import { type PacketRow, rowsOf } from '../packet-set/rows.ts'
import type { AddressNames } from './address-names.ts'
import { neighbourPackets } from './built-in-sets.ts'

/** Each line once; the families are told apart where they differ. In the order of protocols and ports. */
export function describePackets(sets: PacketSets, packets: PacketSet, names: AddressNames): readonly string[] {
  const lines = linesOf(sets, packets, names)
  if (lines.length <= mostLines) return lines
  const excepted = linesOf(sets, sets.complement(packets), names)
  return excepted.length < lines.length ? [`everything but ${excepted.join('; ')}`] : lines
}

/** Up to so many are clear as they are. */
const mostLines = 1

function linesOf(sets: PacketSets, packets: PacketSet, names: AddressNames): readonly string[] {
  const neighbours = neighbourPackets(sets)
  if (packets !== sets.all && sets.contains(packets, neighbours))
    return [...rowLines(sets, sets.minus(packets, neighbours), names), 'neighbour discovery']
  return rowLines(sets, packets, names)
}

function rowLines(sets: PacketSets, packets: PacketSet, names: AddressNames): readonly string[] {
  const texts = new Map<string, Set<Family | undefined>>()
  for (const row of rowsOf(sets, packets))
    for (const family of row.family === undefined ? ([4, 6] as const) : [row.family]) {
      const text = describeRow({ ...row, family }, names)
      texts.set(text, (texts.get(text) ?? new Set()).add(family))
    }
  return [...texts].map(([text, families]) => {
    const [family] = families
    return families.size === 1 && !saysFamily(text, family) ? `${text} (IPv${family})` : text
  })
}

/** An address or ICMPv6 says it by itself. */
function saysFamily(text: string, family: Family | undefined): boolean {
  return family === 6 ? /::|icmpv6/.test(text) : /\d\.\d|icmp /.test(text)
}

interface FamilyRow extends PacketRow {
  readonly family: Family
}

function describeRow({ family, fields }: FamilyRow, names: AddressNames): string {
  const address = (word: string, field: FieldName): readonly string[] => {
    const intervals = fields.get(field)
    return intervals === undefined ? [] : [`${word} ${names.describe(intervals, family)}`]
  }
  const numbers = (word: string, field: FieldName, most: bigint): readonly string[] => {
    const intervals = fields.get(field)
    return intervals === undefined ? [] : [`${word}${printNumbers(intervals, most, String)}`]
  }
  return [
    protocolsOf(fields, family),
    ...numbers('', 'destinationPort', maxPort),
    ...numbers('type ', 'icmpType', maxByte),
    ...numbers('code ', 'icmpCode', maxByte),
    ...numbers('sent to port ', 'originalPort', maxPort),
    ...neighbourly(fields),
    ...address('from', 'source'),
    ...numbers('from port ', 'sourcePort', maxPort),
    ...address('sent to', 'original'),
    ...address('to', 'destination'),
  ].join(' ')
}

const maxByte = 255n
const maxPort = 65_535n

function protocolsOf(fields: PacketRow['fields'], family: Family): string {
  const intervals = fields.get('protocol')
  if (intervals === undefined) return 'everything'
  const text = printNumbers(intervals, maxByte, (number) => protocolWord(number, family))
  return text.startsWith('all but') ? `everything but ${text.slice('all but '.length)}` : text
}

function protocolWord(number: bigint, family: Family): string {
  const word = [...protocolWords].find(([, known]) => BigInt(known) === number)?.[0]
  const isForeign = word === (family === 4 ? 'icmpv6' : 'icmp')
  return word === undefined || isForeign ? `protocol ${number}` : word
}

function neighbourly(fields: PacketRow['fields']): readonly string[] {
  const [interval] = fields.get('isNeighbourly') ?? []
  if (interval === undefined) return []
  return [interval.from === 1n ? 'with hop limit 255' : 'with hop limit below 255']
}

/** What is left out, where that is said in fewer words. */
function printNumbers(intervals: readonly Interval[], most: bigint, print: (number: bigint) => string): string {
  const rest = subtractIntervals([{ from: 0n, to: most }], intervals)
  const list = (parts: readonly Interval[]): string =>
    parts.map(({ from, to }) => (from === to ? print(from) : `${print(from)}-${print(to)}`)).join(', ')
  const covers = intervals.reduce((sum, { from, to }) => sum + to - from + 1n, 0n) * 2n > most
  return covers && rest.length <= intervals.length ? `all but ${list(rest)}` : list(intervals)
}
