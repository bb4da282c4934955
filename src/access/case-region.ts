/** A case of a policy test -> the set of packets that it describes. */

import type { Cidr } from '../net/cidr.ts'
import { icmpv6 } from '../net/protocol.ts'
import type { AddressField, NumberField } from '../packet-set/fields.ts'
import type { PacketSet, PacketSets } from '../packet-set/packet-sets.ts'
import type { Peers } from '../policy/host-view.ts'
import type { AddressChoice, NumberRange, PeerChoice, TestCase } from '../policy/policy-test.ts'
import { printSelector } from '../selector/print-selector.ts'
import type { Selector } from '../selector/selector.ts'
import { ofIcmpPackets } from './rule-sets.ts'

export interface CaseRegion {
  /** Empty when no packet is so. */
  readonly packets: PacketSet
  /** Selectors that stand for no address. */
  readonly nobody: readonly PeerChoice[]
}

/** By canonical selector. */
export type TestPeers = ReadonlyMap<string, Peers>

/** The same on every host: interfaces and state are the path's. */
export class CaseRegions {
  private readonly sets: PacketSets
  private readonly peers: TestPeers
  private readonly usual: PacketSet
  private readonly alwaysAccepted: PacketSet
  private readonly known = new Map<TestCase, CaseRegion>()

  constructor(sets: PacketSets, peers: TestPeers) {
    this.sets = sets
    this.peers = peers
    const neighbours = ofIcmpv6(sets, [{ from: 133, to: 137 }])
    const near = sets.ofNumber('isNeighbourly', 1)
    // a packet in words has the hop limit that is usual for its type
    const hops = sets.union(sets.intersect(neighbours, near), sets.complement(sets.union(neighbours, near)))
    this.usual = sets.intersect(hops, sets.ofNumbers('protocol', [{ from: 1, to: 255 }]))
    this.alwaysAccepted = ofIcmpv6(sets, [
      { from: 130, to: 136 },
      { from: 143, to: 143 },
    ])
  }

  of(one: TestCase): CaseRegion {
    const known = this.known.get(one)
    if (known !== undefined) return known
    const made = this.make(one)
    this.known.set(one, made)
    return made
  }

  private make(one: TestCase): CaseRegion {
    const { sets } = this
    const { original } = one
    const nobody: PeerChoice[] = []
    const packets = sets.intersectionOf([
      this.usual,
      this.protocolsOf(one),
      this.numbers('destinationPort', one.destinationPorts),
      // only the family's own ICMP has a type
      one.icmpTypes === undefined ? sets.all : ofIcmpPackets(sets),
      this.numbers('icmpType', one.icmpTypes),
      this.numbers('icmpCode', one.icmpCodes),
      this.numbers('sourcePort', one.sourcePorts),
      this.numbers('originalPort', original?.destinationPorts),
      this.addresses('destination', one.destination, nobody),
      this.addresses('original', original?.destination, nobody),
      this.addresses('source', one.source, nobody),
    ])
    return { packets, nobody }
  }

  /**
   * Any protocol leaves out what no policy can forbid (DV-5): nobody who says "nothing comes in" means it. Connection tracking
   * leaves these packets alone (EV-67), so to it none of them is invalid.
   */
  private protocolsOf({ protocols, state }: TestCase): PacketSet {
    const { sets } = this
    const given = protocols?.map(({ number, family }) =>
      sets.intersect(family === undefined ? sets.all : sets.ofFamily(family), sets.ofNumber('protocol', number)),
    )
    const isNamed = protocols?.some(({ number }) => number === icmpv6) ?? false
    const isMeant = isNamed && state !== 'invalid'
    return sets.minus(given === undefined ? sets.all : sets.unionOf(given), isMeant ? sets.none : this.alwaysAccepted)
  }

  private numbers(field: NumberField, ranges: readonly NumberRange[] | undefined): PacketSet {
    return ranges === undefined ? this.sets.all : this.sets.ofNumbers(field, ranges)
  }

  private addresses(field: AddressField, choice: AddressChoice | undefined, nobody: PeerChoice[]): PacketSet {
    const { sets } = this
    if (choice === undefined) return sets.all
    const parts = choice.peers.map((peer) => {
      const wanted = peer.selector === undefined ? sets.all : sets.ofNetworks(field, this.networksOf(peer.selector))
      const excluded = peer.notSelector === undefined ? [] : this.networksOf(peer.notSelector)
      const packets = sets.minus(wanted, sets.ofNetworks(field, excluded))
      if (packets === sets.none) nobody.push(peer)
      return packets
    })
    return sets.unionOf([sets.ofNetworks(field, choice.networks), ...parts])
  }

  private networksOf(selector: Selector): readonly Cidr[] {
    const { networks } = this.peers.get(printSelector(selector)) ?? { networks: { 4: [], 6: [] } }
    return [...networks[4], ...networks[6]]
  }
}

function ofIcmpv6(sets: PacketSets, types: readonly NumberRange[]): PacketSet {
  return sets.intersectionOf([sets.ofFamily(6), sets.ofNumber('protocol', icmpv6), sets.ofNumbers('icmpType', types)])
}
