/** Which addresses and ports rules mean: those of all endpoints on all nodes, and the networks of all sets (behaviour.md section 7). */

import { type Cidr, hostCidr } from '../net/cidr.ts'
import type { Family } from '../net/family.ts'
import type { NamedPorts, Peers } from '../policy/host-view.ts'
import { type NamedPortQuery, namedPortKey } from '../policy/named-port-key.ts'
import { printSelector } from '../selector/print-selector.ts'
import type { Selector } from '../selector/selector.ts'
import { compareMembers, compareNetworks } from './network-order.ts'
import { changedList, type ListChange, type Order } from './ordered-list.ts'
import { PeerChange } from './peer-change.ts'
import { PeerLayers } from './peer-layers.ts'
import { type PeerSources, replacedPeers } from './peer-sources.ts'

/** What was asked of the revision before, and how its peers differ; undefined: in nothing. */
interface Earlier {
  readonly peers: ReadonlyMap<string, Peers>
  readonly ports: ReadonlyMap<string, NamedPorts>
  readonly change: PeerChange | undefined
}

/** An answer stays the same object from revision to revision until somebody changes who has a part in it. */
export class PeerIndex {
  private readonly sources: PeerSources
  private readonly layers: PeerLayers
  private readonly earlier: Earlier | undefined
  private readonly peers = new Map<string, Peers>()
  private readonly ports = new Map<string, NamedPorts>()
  /** Whether somebody has a network that somebody else had before. */
  private readonly held = new Map<Cidr, boolean>()

  /** @param before of another revision: the more alike they are, the less is looked up */
  constructor(sources: PeerSources, before?: PeerIndex) {
    this.sources = sources
    const replaced = before === undefined ? [] : replacedPeers(before.sources, sources)
    const isSame = before !== undefined && replaced.length === 0
    this.layers = isSame ? before.layers : new PeerLayers(sources, before?.layers)
    const change = replaced.length === 0 ? undefined : new PeerChange(replaced)
    this.earlier = before && { peers: before.peers, ports: before.ports, change }
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
    const change = this.earlier?.change
    if (before === undefined) return { selector: text, networks: this.layers.networksOf(selector) }
    if (change === undefined) return before
    const changes = change.networksOf(selector)
    const moved = (family: Family): readonly Cidr[] =>
      movedList(before.networks[family], changes[family], {
        order: compareNetworks,
        isHeld: (network) => this.isHeld(network),
        lookUp: () => this.layers.networksOf(selector)[family],
      })
    const networks = { 4: moved(4), 6: moved(6) }
    const isSame = networks[4] === before.networks[4] && networks[6] === before.networks[6]
    return isSame ? before : { selector: text, networks }
  }

  private findPorts(query: NamedPortQuery, key: string): NamedPorts {
    const before = this.earlier?.ports.get(key)
    const change = this.earlier?.change
    if (before === undefined) return { key, members: this.layers.membersOf(query) }
    if (change === undefined) return before
    const members = movedList(before.members, change.membersOf(query), {
      order: compareMembers,
      isHeld: ({ address }) => this.layers.includes(hostCidr(address)),
      lookUp: () => this.layers.membersOf(query),
    })
    return members === before.members ? before : { key, members }
  }

  private isHeld(network: Cidr): boolean {
    const found = this.held.get(network) ?? this.layers.includes(network)
    this.held.set(network, found)
    return found
  }
}

/** Changing a list costs a move of it for each item, looking it up again about as much as so many. */
const mostMoves = 64

interface Moving<Item> {
  readonly order: Order<Item>
  /** Whether somebody still has what somebody lost: then only a look tells whether it is in the list. */
  readonly isHeld: (item: Item) => boolean
  readonly lookUp: () => readonly Item[]
}

/** The list as it is after a change; the same list if that is no other. */
function movedList<Item>(list: readonly Item[], change: ListChange<Item>, how: Moving<Item>): readonly Item[] {
  const { gone, come } = change
  const isSmall = gone.length + come.length <= mostMoves
  if (isSmall && !gone.some(how.isHeld)) return changedList(list, change, how.order)
  const found = how.lookUp()
  const isSame = found.length === list.length && found.every((item, at) => how.order(item, list[at] ?? item) === 0)
  return isSame ? list : found
}
