/** One packet of a set, as close to a wished one as the set allows; and the set of one packet. */

import type { Family } from '../net/family.ts'
import { tcp } from '../net/protocol.ts'
import type { Packet } from '../packet/packet.ts'
import { carriesPorts, icmpOf } from '../packet/packet-words.ts'
import { emptyNode } from './diagram.ts'
import { bitsOf, type FieldName, fieldNames } from './fields.ts'
import type { PacketSet, PacketSets } from './packet-sets.ts'

/** What sets know of a packet: everything but its interfaces and its state. */
export type PacketHeader = Omit<Packet, 'iif' | 'oif' | 'state'>

/** The value that is preferred: each of its bits is taken where the set leaves the choice. */
export type Wish = (field: FieldName, family: Family) => bigint

export interface MemberRequest {
  readonly set: PacketSet
  readonly wish: Wish
  /** Whether the original fields say something. */
  readonly isRewritten: boolean
}

/** Undefined when the set has no packet that can be: protocol 0 is none. */
export function memberOf(sets: PacketSets, { set, wish, isRewritten }: MemberRequest): PacketHeader | undefined {
  const possible = sets.intersect(set, sets.ofNumbers('protocol', [{ from: 1, to: 255 }]))
  if (possible === sets.none) return undefined
  const values = chosenValues(sets, possible, wish)
  const number = (field: FieldName): number => Number(values.get(field) ?? 0n)
  const family: Family = number('family') === 0 ? 4 : 6
  const address = (field: FieldName) => ({ family, value: values.get(field) ?? 0n })
  const protocol = number('protocol')
  const port = (field: FieldName) => (carriesPorts(protocol) ? number(field) : undefined)
  return {
    source: address('source'),
    destination: address('destination'),
    protocol,
    sourcePort: port('sourcePort'),
    destinationPort: port('destinationPort'),
    icmp: protocol === icmpOf(family) ? { type: number('icmpType'), code: number('icmpCode') } : undefined,
    hopLimit: number('isNeighbourly') === 1 ? 255 : 64,
    original: isRewritten ? { destination: address('original'), destinationPort: port('originalPort') } : undefined,
  }
}

/** A packet as people would write one to show something. */
export const plainWish: Wish = (field, family) => plainValues[field] ?? plainAddresses[family][field] ?? 0n

const plainValues: Partial<Readonly<Record<FieldName, bigint>>> = {
  protocol: BigInt(tcp),
  destinationPort: 443n,
  originalPort: 443n,
  sourcePort: 40_000n,
  icmpType: 8n,
}

/** Addresses kept for documentation (RFC 5737, RFC 3849). */
const plainAddresses: Readonly<Record<Family, Partial<Readonly<Record<FieldName, bigint>>>>> = {
  4: { source: 0xc6336407n, destination: 0xcb00710an, original: 0xcb00710bn },
  6: {
    source: (0x20010db8n << 96n) | 7n,
    destination: (0x20010db8n << 96n) | 10n,
    original: (0x20010db8n << 96n) | 11n,
  },
}

/** @param set not empty */
function chosenValues(sets: PacketSets, set: PacketSet, wish: Wish): ReadonlyMap<FieldName, bigint> {
  const { diagram } = sets
  const values = new Map<FieldName, bigint>()
  let node: number = set
  for (const field of fieldNames) {
    const family: Family = values.get('family') === 1n ? 6 : 4
    const { start, width } = bitsOf(field, family)
    const wished = wish(field, family)
    let value = 0n
    for (let depth = 0; depth < width; depth++) {
      let bit = (wished >> BigInt(width - 1 - depth)) & 1n
      if (diagram.levelOf(node) === start + depth) {
        const [low, high] = [diagram.lowOf(node), diagram.highOf(node)]
        if ((bit === 0n ? low : high) === emptyNode) bit = 1n - bit
        node = bit === 0n ? low : high
      }
      value = (value << 1n) | bit
    }
    values.set(field, value)
  }
  return values
}

/** Every packet that looks so to a set. */
export function setOfPacket(sets: PacketSets, packet: PacketHeader): PacketSet {
  const { source, destination, protocol, icmp, hopLimit, original } = packet
  const host = ({ family, value }: Packet['source']) => [{ family, base: value, prefix: family === 4 ? 32 : 128 }]
  const number = (field: Parameters<PacketSets['ofNumber']>[0], value: number | undefined): readonly PacketSet[] =>
    value === undefined ? [] : [sets.ofNumber(field, value)]
  return sets.intersectionOf([
    sets.ofNetworks('source', host(source)),
    sets.ofNetworks('destination', host(destination)),
    ...(original === undefined ? [] : [sets.ofNetworks('original', host(original.destination))]),
    ...number('originalPort', original?.destinationPort),
    ...number('protocol', protocol),
    ...number('sourcePort', packet.sourcePort),
    ...number('destinationPort', packet.destinationPort),
    ...number('icmpType', icmp?.type),
    ...number('icmpCode', icmp?.code),
    ...number('isNeighbourly', hopLimit === 255 ? 1 : 0),
  ])
}
