/** The words in which a packet is written: `iif=eth0 src=198.51.100.7 dst=203.0.113.10 proto=tcp dport=443`. */

import type { Family } from '../net/family.ts'
import { icmp, icmpv6, sctp, tcp, udp } from '../net/protocol.ts'
import type { ConnectionState } from './packet.ts'

export type PacketKey = (typeof packetKeys)[number]

/** In the order in which they are printed. */
export const packetKeys = [
  'iif',
  'oif',
  'src',
  'dst',
  'proto',
  'sport',
  'dport',
  'icmp-type',
  'icmp-code',
  'state',
  'orig-dst',
  'orig-dport',
] as const

export const connectionStates: readonly ConnectionState[] = ['new', 'established', 'related', 'untracked', 'invalid']

export const protocolWords: ReadonlyMap<string, number> = new Map([
  ['tcp', tcp],
  ['udp', udp],
  ['icmp', icmp],
  ['icmpv6', icmpv6],
  ['sctp', sctp],
])

const udplite = 136

/** Whether the header starts with two ports. */
export function carriesPorts(protocol: number): boolean {
  return [tcp, udp, sctp, udplite].includes(protocol)
}

export function icmpOf(family: Family): number {
  return family === 4 ? icmp : icmpv6
}

/** 255 for neighbour discovery, which is only valid so (RFC 4861, section 6.1), else 64 as most systems send. */
export function usualHopLimit(protocol: number, icmpType: number | undefined): number {
  const isNeighbourDiscovery = icmpType !== undefined && icmpType >= 133 && icmpType <= 137
  return protocol === icmpv6 && isNeighbourDiscovery ? 255 : 64
}
