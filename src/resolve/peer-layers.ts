/** The peers of a revision as one large table that serves many revisions, and beside it what this revision has otherwise. */

import type { Cidr } from '../net/cidr.ts'
import type { NamedPortMember, Peers } from '../policy/host-view.ts'
import type { NamedPortQuery } from '../policy/named-port-key.ts'
import { compareMembers, compareNetworks } from '../policy/network-order.ts'
import { joined } from '../policy/ordered-list.ts'
import { addBit, type Bits, bitsBelow, hasBit, removeBits } from '../selector/bits.ts'
import type { Selector } from '../selector/selector.ts'
import { type PeerSources, peerAt, peersOf, type ReplacedPeer, replacedPeers } from './peer-sources.ts'
import { type Peer, PeerTable } from './peer-table.ts'

/** What every revision has that came from one table. */
interface Base {
  readonly sources: PeerSources
  readonly table: PeerTable
}

export class PeerLayers {
  private readonly base: Base
  private readonly replaced: readonly ReplacedPeer[]
  private readonly gone: Bits
  private knownAdded: PeerTable | undefined

  /** @param before of another revision, the more alike the better */
  constructor(sources: PeerSources, before: PeerLayers | undefined) {
    const replaced = before && replacedPeers(before.base.sources, sources)
    if (before !== undefined && replaced !== undefined && replaced.length <= mostReplaced(before.base.table)) {
      this.base = before.base
      this.replaced = replaced
    } else {
      this.base = { sources, table: new PeerTable(peersOf(sources)) }
      this.replaced = []
    }
    this.gone = bitsBelow(this.base.table.size)
    for (const { number } of this.replaced) if (number !== undefined) addBit(this.gone, number)
  }

  networksOf(selector: Selector): Peers['networks'] {
    const { table } = this.base
    const whole = table.networksOf(this.staying(selector))
    if (this.replaced.length === 0) return whole
    const added = this.added.networksOf(this.added.select(selector))
    return { 4: joined(whole[4], added[4], compareNetworks), 6: joined(whole[6], added[6], compareNetworks) }
  }

  membersOf(query: NamedPortQuery): readonly NamedPortMember[] {
    const selector = query.selector ?? { type: 'all' }
    const whole = this.base.table.membersOf(this.staying(selector), query)
    if (this.replaced.length === 0) return whole
    return joined(whole, this.added.membersOf(this.added.select(selector), query), compareMembers)
  }

  /** Those who have this very network. */
  ownersOf(network: Cidr): readonly Peer[] {
    const { sources, table } = this.base
    const staying = table.ownersOf(network).filter((number) => !hasBit(this.gone, number))
    const has = (peer: Peer | undefined): boolean =>
      peer?.networks.some((one) => compareNetworks(one, network) === 0) === true
    return [
      ...staying.flatMap((number) => peerAt(sources, number) ?? []),
      ...this.replaced.flatMap(({ now }) => (now !== undefined && has(now) ? now : [])),
    ]
  }

  private staying(selector: Selector): Bits {
    const found = this.base.table.select(selector)
    removeBits(found, this.gone)
    return found
  }

  /** Made when somebody asks: many questions are answered without it. */
  private get added(): PeerTable {
    this.knownAdded ??= new PeerTable(this.replaced.flatMap(({ now }) => now ?? []))
    return this.knownAdded
  }
}

/** Two in a hundred: what is beside the table is made anew for each revision. */
function mostReplaced({ size }: PeerTable): number {
  return size / 50 + 256
}
