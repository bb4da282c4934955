/** Which addresses and ports rules mean: those of all endpoints on all nodes, and the networks of all sets (behaviour.md section 7). */

import { type Cidr, hostCidr } from '../net/cidr.ts'
import type { Family } from '../net/family.ts'
import type { NamedPortMember, NamedPorts, Peers } from '../policy/host-view.ts'
import { type NamedPortQuery, namedPortKey } from '../policy/named-port-key.ts'
import { compareMembers, compareNetworks } from '../policy/network-order.ts'
import { changedList, type ListChange, type Order } from '../policy/ordered-list.ts'
import { matchesSelector } from '../selector/match-selector.ts'
import { printSelector } from '../selector/print-selector.ts'
import type { Selector } from '../selector/selector.ts'
import { PeerChange } from './peer-change.ts'
import { PeerLayers } from './peer-layers.ts'
import { type PeerSources, replacedPeers } from './peer-sources.ts'
import type { Peer } from './peer-table.ts'

/** What was asked of the revision before, and how its peers differ; undefined: in nothing. */
interface Earlier {
  readonly peers: ReadonlyMap<string, Peers>
  readonly ports: ReadonlyMap<string, NamedPorts>
  readonly change: PeerChange | undefined
  readonly sources: PeerSources
  /** With an endpoint that is another. */
  readonly nodes: ReadonlySet<string>
}

/** An answer stays the same object from revision to revision until somebody changes who has a part in it. */
export class PeerIndex {
  private readonly sources: PeerSources
  private readonly layers: PeerLayers
  private readonly earlier: Earlier | undefined
  private readonly peers = new Map<string, Peers>()
  private readonly ports = new Map<string, NamedPorts>()
  /** Of networks that somebody lost: who has them now. */
  private readonly owners = new Map<Cidr, readonly Peer[]>()

  /** @param before of another revision: the more alike they are, the less is looked up */
  constructor(sources: PeerSources, before?: PeerIndex) {
    this.sources = sources
    const replaced = before === undefined ? [] : replacedPeers(before.sources, sources)
    const isSame = before !== undefined && replaced.length === 0
    this.layers = isSame ? before.layers : new PeerLayers(sources, before?.layers)
    const change = replaced.length === 0 ? undefined : new PeerChange(replaced)
    const nodes = new Set(replaced.flatMap((one) => one.nodes))
    this.earlier = before && { peers: before.peers, ports: before.ports, change, sources: before.sources, nodes }
  }

  /** Whether the node is known to have the very endpoints that it had before. */
  hasKept(node: string, before: PeerIndex): boolean {
    return before === this || (this.earlier?.sources === before.sources && !this.earlier.nodes.has(node))
  }

  /** @param text of the selector in its canonical form, the key under which it is asked again */
  peersOf(selector: Selector, text = printSelector(selector)): Peers {
    const found = this.peers.get(text) ?? this.findPeers(selector, text)
    this.peers.set(text, found)
    return found
  }

  portsOf(query: NamedPortQuery, key = namedPortKey(query)): NamedPorts {
    const found = this.ports.get(key) ?? this.findPorts(query, key)
    this.ports.set(key, found)
    return found
  }

  private findPeers(selector: Selector, text: string): Peers {
    const before = this.earlier?.peers.get(text)
    if (before === undefined) return { selector: text, networks: this.layers.networksOf(selector) }
    const changes = this.earlier?.change?.networksOf(selector)
    if (changes === undefined) return before
    const moved = (family: Family): readonly Cidr[] =>
      movedList(before.networks[family], changes[family], {
        order: compareNetworks,
        isHeld: (network) => this.ownersOf(network).some(({ labels }) => matchesSelector(selector, labels)),
        lookUp: () => this.layers.networksOf(selector)[family],
      })
    const networks = { 4: moved(4), 6: moved(6) }
    const isSame = networks[4] === before.networks[4] && networks[6] === before.networks[6]
    return isSame ? before : { selector: text, networks }
  }

  private findPorts(query: NamedPortQuery, key: string): NamedPorts {
    const before = this.earlier?.ports.get(key)
    if (before === undefined) return { key, members: this.layers.membersOf(query) }
    const change = this.earlier?.change?.membersOf(query)
    if (change === undefined) return before
    const members = movedList(before.members, change, {
      order: compareMembers,
      isHeld: (member) => this.layers.ownersOf(hostCidr(member.address)).some((peer) => hasMember(peer, member, query)),
      lookUp: () => this.layers.membersOf(query),
    })
    return members === before.members ? before : { key, members }
  }

  private ownersOf(network: Cidr): readonly Peer[] {
    const found = this.owners.get(network) ?? this.layers.ownersOf(network)
    this.owners.set(network, found)
    return found
  }
}

function hasMember({ labels, ports }: Peer, { protocol, port }: NamedPortMember, query: NamedPortQuery): boolean {
  const { names, selector } = query
  const has = ports.some((one) => one.protocol === protocol && one.port === port && names.includes(one.name))
  return has && (selector === undefined || matchesSelector(selector, labels))
}

/** Changing a list costs a move of it for each item, looking it up again about as much as so many. */
const mostMoves = 64

interface Moving<Item> {
  readonly order: Order<Item>
  /** Whether somebody else whom the list is about still has what somebody lost. */
  readonly isHeld: (item: Item) => boolean
  readonly lookUp: () => readonly Item[]
}

/** The list as it is after a change; the same list if that is no other. */
function movedList<Item>(list: readonly Item[], { gone, come }: ListChange<Item>, how: Moving<Item>): readonly Item[] {
  if (gone.length + come.length <= mostMoves) {
    const lost = gone.filter((item) => !how.isHeld(item))
    return changedList(list, { gone: lost, come }, how.order)
  }
  const found = how.lookUp()
  const isSame = found.length === list.length && found.every((item, at) => how.order(item, list[at] ?? item) === 0)
  return isSame ? list : found
}
