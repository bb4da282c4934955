/** What is accepted before any policy: failsafes, neighbour discovery (behaviour.md section 5, 4.9, EV-43, EV-66). */

import type { Address } from '../../src/net/address.ts'
import { icmpv6 } from '../../src/net/protocol.ts'
import type { Packet } from '../../src/packet/packet.ts'
import type { Failsafe } from '../../src/policy/felix-configuration.ts'
import type { HostSettings } from '../../src/policy/host-view.ts'
import type { Direction } from '../../src/policy/rule.ts'
import { isIn } from './rule-matches.ts'

/** The peer of an arriving packet is its source, of a sent one its destination. */
export function isFailsafe(packet: Packet, direction: Direction, settings: HostSettings): boolean {
  const isInbound = direction === 'ingress'
  const list = isInbound ? settings.failsafeInbound : settings.failsafeOutbound
  const peer = isInbound ? packet.source : packet.destination
  return list.some((failsafe) => holds(failsafe, packet, { peer, port: packet.destinationPort }))
}

/** A reply of a flow that a failsafe lets start in the other direction: recognised by its source port. */
export function isFailsafeReply(packet: Packet, direction: Direction, settings: HostSettings): boolean {
  const isInbound = direction === 'ingress'
  const list = isInbound ? settings.failsafeOutbound : settings.failsafeInbound
  const peer = isInbound ? packet.source : packet.destination
  return list.some((failsafe) => holds(failsafe, packet, { peer, port: packet.sourcePort }))
}

interface Side {
  readonly peer: Address
  readonly port: number | undefined
}

function holds({ protocol, port, net }: Failsafe, packet: Packet, side: Side): boolean {
  return protocol === packet.protocol && port === side.port && (net === undefined || isIn(side.peer, net))
}

const neighbourDiscovery: ReadonlySet<number> = new Set([133, 134, 135, 136])
const multicastListeners: ReadonlySet<number> = new Set([130, 131, 132, 143])

/** Of host endpoints (DV-5). No router passes on a neighbour's hop limit of 255. */
export function isNeighbourTraffic(packet: Packet): boolean {
  const type = icmpv6Type(packet)
  if (type === undefined) return false
  return multicastListeners.has(type) || (neighbourDiscovery.has(type) && packet.hopLimit === 255)
}

const fromWorkload: ReadonlySet<number> = new Set([130, 131, 132, 133, 135, 136])

/** From a workload to its host (EV-43). */
export function isWorkloadNeighbourTraffic(packet: Packet): boolean {
  const type = icmpv6Type(packet)
  return type !== undefined && fromWorkload.has(type)
}

function icmpv6Type({ source, protocol, icmp }: Packet): number | undefined {
  return source.family === 6 && protocol === icmpv6 ? icmp?.type : undefined
}
