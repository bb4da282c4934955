/** Many whom a selector may mean: whom it picks, and which networks and named ports those have (behaviour.md section 7). */

import type { Cidr } from '../net/cidr.ts'
import type { EndpointPort } from '../policy/endpoint-port.ts'
import type { NamedPortMember, Peers } from '../policy/host-view.ts'
import type { NamedPortQuery } from '../policy/named-port-key.ts'
import { compareNetworks, orderOf } from '../policy/network-order.ts'
import { placeInOrder } from '../policy/place-in-order.ts'
import type { Labels } from '../policy/resource.ts'
import { addBit, type Bits, bitsBelow, forEachBit, keepBits } from '../selector/bits.ts'
import { LabelIndex } from '../selector/label-index.ts'
import type { Selector } from '../selector/selector.ts'

/** An endpoint on any host, or a network set. */
export interface Peer {
  /** Effective. */
  readonly labels: Labels
  /** Of an endpoint its addresses. */
  readonly networks: readonly Cidr[]
  /** None for a network set. */
  readonly ports: readonly EndpointPort[]
}

/** Of each network in its place: who has it. */
interface Owners {
  /** Where those of the network end; those of the next one follow. */
  readonly ends: Uint32Array
  readonly peers: Uint32Array
}

/** Peers are numbered in the order in which they are given. */
export class PeerTable {
  readonly size: number
  private readonly labels: LabelIndex
  /** The names of an endpoint's ports, as if they were its labels. */
  private readonly portNames: LabelIndex
  private readonly ports = new Map<number, readonly EndpointPort[]>()
  /** Of all peers, without duplicates, in order. */
  private readonly networks: readonly Cidr[]
  /** Of one peer after the other: where its networks are in that list. */
  private readonly places: Uint32Array
  /** Where the places of each peer start; those of the last one end with the list. */
  private readonly starts: Uint32Array
  private owners: Owners | undefined

  constructor(peers: readonly Peer[]) {
    this.size = peers.length
    this.labels = new LabelIndex(peers.map(({ labels }) => labels))
    this.portNames = new LabelIndex(peers.map(({ ports }) => new Map(ports.map(({ name }) => [name, '']))))
    const all: Cidr[] = []
    this.starts = new Uint32Array(peers.length + 1)
    for (const [number, { networks, ports }] of peers.entries()) {
      for (const network of networks) all.push(network)
      this.starts[number + 1] = all.length
      if (ports.length > 0) this.ports.set(number, ports)
    }
    this.places = new Uint32Array(all.length)
    const distinct: Cidr[] = []
    for (const at of orderOf(all)) {
      const network = all[at]
      const last = distinct.at(-1)
      if (network === undefined) continue
      if (last === undefined || compareNetworks(last, network) !== 0) distinct.push(network)
      this.places[at] = distinct.length - 1
    }
    this.networks = distinct
  }

  /** New bits, one for each peer. */
  select(selector: Selector): Bits {
    return this.labels.select(selector)
  }

  /** In order. */
  networksOf(peers: Bits): Peers['networks'] {
    const found = bitsBelow(this.networks.length)
    forEachBit(peers, (peer) => this.forEachPlace(peer, (place) => addBit(found, place)))
    const networks: Record<Cidr['family'], Cidr[]> = { 4: [], 6: [] }
    forEachBit(found, (place) => {
      const network = this.networks[place]
      if (network !== undefined) networks[network.family].push(network)
    })
    return networks
  }

  /** In order. */
  membersOf(peers: Bits, { names, protocol }: Pick<NamedPortQuery, 'names' | 'protocol'>): readonly NamedPortMember[] {
    const asked = this.portNames.select({ type: 'or', operands: names.map((label) => ({ type: 'has', label })) })
    keepBits(asked, peers)
    const members: number[] = []
    forEachBit(asked, (peer) => {
      for (const one of this.ports.get(peer) ?? [])
        if (names.includes(one.name) && (protocol === undefined || one.protocol === protocol))
          this.forEachPlace(peer, (place) => members.push((place * 0x100 + one.protocol) * 0x10000 + one.port))
    })
    const inOrder = Float64Array.from(members).sort()
    return [...inOrder].flatMap((member, at) => (member === inOrder[at - 1] ? [] : this.memberOf(member)))
  }

  /** The numbers of those who have this very network. */
  ownersOf(network: Cidr): readonly number[] {
    const place = placeInOrder(network, this.networks, { order: compareNetworks })
    const found = this.networks[place]
    if (found === undefined || compareNetworks(found, network) !== 0) return []
    this.owners ??= this.findOwners()
    const { ends, peers } = this.owners
    return [...peers.subarray(ends[place - 1] ?? 0, ends[place])]
  }

  private findOwners(): Owners {
    const ends = new Uint32Array(this.networks.length)
    for (const place of this.places) ends[place] = (ends[place] ?? 0) + 1
    for (let place = 1; place < ends.length; place++) ends[place] = (ends[place] ?? 0) + (ends[place - 1] ?? 0)
    const next = ends.slice()
    const peers = new Uint32Array(this.places.length)
    for (let peer = this.size - 1; peer >= 0; peer--)
      this.forEachPlace(peer, (place) => {
        const at = (next[place] ?? 0) - 1
        next[place] = at
        peers[at] = peer
      })
    return { ends, peers }
  }

  private memberOf(member: number): NamedPortMember | [] {
    const network = this.networks[Math.floor(member / 0x1000000)]
    if (network === undefined) return []
    const address = { family: network.family, value: network.base }
    return { address, protocol: Math.floor(member / 0x10000) % 0x100, port: member % 0x10000 }
  }

  private forEachPlace(peer: number, visit: (place: number) => void): void {
    const end = this.starts[peer + 1] ?? 0
    for (let at = this.starts[peer] ?? 0; at < end; at++) visit(this.places[at] ?? 0)
  }
}
