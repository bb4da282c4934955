/** What is decided before any policy: failsafes, neighbour discovery, tunnels (behaviour.md section 5, 4.9, EV-41, EV-43, EV-66). */

import { hostCidr } from '../net/cidr.ts'
import type { Family } from '../net/family.ts'
import { icmpv6, udp } from '../net/protocol.ts'
import type { PacketSet, PacketSets } from '../packet-set/packet-sets.ts'
import type { Failsafe } from '../policy/felix-configuration.ts'
import type { HostSettings } from '../policy/host-view.ts'
import { firstWords, linkSources } from '../policy/own-sources.ts'
import type { Direction } from '../policy/rule.ts'
import type { WorkloadEndpoint } from '../policy/workload-endpoint.ts'
import type { Sight } from './rule-sets.ts'

export interface FailsafeQuestion {
  readonly direction: Direction
  readonly sight: Sight
}

/** The peer of an arriving packet is its source, of a sent one its destination. */
export function failsafePackets(
  sets: PacketSets,
  settings: HostSettings,
  { direction, sight }: FailsafeQuestion,
): PacketSet {
  const list = direction === 'ingress' ? settings.failsafeInbound : settings.failsafeOutbound
  const port = sight === 'as-sent' ? 'originalPort' : 'destinationPort'
  return ofFailsafes(sets, list, { direction, sight, port })
}

/** Replies of flows that a failsafe lets start in the other direction: recognised by their source port. */
export function failsafeReplies(
  sets: PacketSets,
  settings: HostSettings,
  { direction, sight }: FailsafeQuestion,
): PacketSet {
  const list = direction === 'ingress' ? settings.failsafeOutbound : settings.failsafeInbound
  return ofFailsafes(sets, list, { direction, sight, port: 'sourcePort' })
}

interface FailsafePort extends FailsafeQuestion {
  readonly port: 'originalPort' | 'destinationPort' | 'sourcePort'
}

function ofFailsafes(sets: PacketSets, list: readonly Failsafe[], { direction, sight, port }: FailsafePort): PacketSet {
  const peer = direction === 'ingress' ? 'source' : sight === 'as-sent' ? 'original' : 'destination'
  return sets.unionOf(
    list.map((failsafe) =>
      sets.intersectionOf([
        sets.ofNumber('protocol', failsafe.protocol),
        sets.ofNumber(port, failsafe.port),
        failsafe.net === undefined ? sets.all : sets.ofNetworks(peer, [failsafe.net]),
      ]),
    ),
  )
}

/** Of host endpoints (DV-5). No router passes on a neighbour's hop limit of 255. */
export function neighbourPackets(sets: PacketSets): PacketSet {
  const listeners = ofTypes(sets, [130, 131, 132, 143])
  return sets.union(listeners, sets.intersect(ofTypes(sets, [133, 134, 135, 136]), sets.ofNumber('isNeighbourly', 1)))
}

/** From a workload to its host (EV-43). */
export function workloadNeighbourPackets(sets: PacketSets): PacketSet {
  return ofTypes(sets, [130, 131, 132, 133, 135, 136])
}

function ofTypes(sets: PacketSets, types: readonly number[]): PacketSet {
  return sets.intersectionOf([
    sets.ofFamily(6),
    sets.ofNumber('protocol', icmpv6),
    sets.ofNumbers(
      'icmpType',
      types.map((type) => ({ from: type, to: type })),
    ),
  ])
}

const vxlanPort = 4789
const ipip = 4

export function forbiddenTunnels(sets: PacketSets, settings: HostSettings): PacketSet {
  const vxlan = sets.intersect(sets.ofNumber('protocol', udp), sets.ofNumber('destinationPort', vxlanPort))
  return sets.union(
    settings.allowsVxlanFromWorkloads ? sets.none : vxlan,
    settings.allowsIpipFromWorkloads ? sets.none : sets.ofNumber('protocol', ipip),
  )
}

export function ofFamilies(sets: PacketSets, families: readonly Family[]): PacketSet {
  return sets.unionOf(families.map((family) => sets.ofFamily(family)))
}

/** With which a workload may send (EV-44). What DNAT would make of somebody's first words the kernel drops itself, as martians. */
export function ofOwnAddresses(sets: PacketSets, { addresses }: Pick<WorkloadEndpoint, 'addresses'>): PacketSet {
  return sets.union(
    sets.ofNetworks('source', [...addresses.map(hostCidr), ...linkSources]),
    sets.intersect(
      sets.ofNetworks('source', firstWords.sources),
      sets.ofNetworks('destination', firstWords.destinations),
    ),
  )
}
