/** What the peers of two revisions differ in, as far as a selector means it. */

import type { Cidr } from '../net/cidr.ts'
import type { Family } from '../net/family.ts'
import type { NamedPortMember } from '../policy/host-view.ts'
import type { NamedPortQuery } from '../policy/named-port-key.ts'
import { compareMembers, compareNetworks } from '../policy/network-order.ts'
import { type ListChange, listChange } from '../policy/ordered-list.ts'
import { sameLabels } from '../policy/resource.ts'
import { matchesSelector } from '../selector/match-selector.ts'
import type { Selector } from '../selector/selector.ts'
import type { ReplacedPeer } from './peer-sources.ts'
import { type Peer, PeerTable } from './peer-table.ts'

/** So few are quicker asked one by one whether a selector means them. */
const fewPeers = 32

export class PeerChange {
  private readonly few: readonly Peer[] | undefined
  private readonly before: PeerTable
  private readonly now: PeerTable

  constructor(replaced: readonly ReplacedPeer[]) {
    const apart = replaced.map(withoutCommonEnds)
    const before = apart.flatMap((one) => one.before ?? [])
    const now = apart.flatMap((one) => one.now ?? [])
    this.few = before.length + now.length <= fewPeers ? [...before, ...now] : undefined
    this.before = new PeerTable(before)
    this.now = new PeerTable(now)
  }

  /**
   * Undefined: nobody who is another is meant. What is gone may still be there as somebody else's, what has come
   * may have been there already.
   */
  networksOf(selector: Selector): Readonly<Record<Family, ListChange<Cidr>>> | undefined {
    if (!this.concerns(selector)) return undefined
    const before = this.before.networksOf(this.before.select(selector))
    const now = this.now.networksOf(this.now.select(selector))
    return { 4: listChange(before[4], now[4], compareNetworks), 6: listChange(before[6], now[6], compareNetworks) }
  }

  /** As networksOf(). */
  membersOf(query: NamedPortQuery): ListChange<NamedPortMember> | undefined {
    const selector = query.selector ?? { type: 'all' }
    if (!this.concerns(selector)) return undefined
    const before = this.before.membersOf(this.before.select(selector), query)
    return listChange(before, this.now.membersOf(this.now.select(selector), query), compareMembers)
  }

  private concerns(selector: Selector): boolean {
    return this.few === undefined || this.few.some(({ labels }) => matchesSelector(selector, labels))
  }
}

/** Of a large set in which one network changed there is then little to sort. */
function withoutCommonEnds(replaced: ReplacedPeer): ReplacedPeer {
  const { before, now } = replaced
  if (before === undefined || now === undefined || !sameLabels(before.labels, now.labels)) return replaced
  // a port is on every address
  if (before.ports.length + now.ports.length > 0) return replaced
  const { networks: old } = before
  const { networks: other } = now
  const shorter = Math.min(old.length, other.length)
  let start = 0
  while (start < shorter && isEqual(old[start], other[start])) start++
  let end = 0
  while (end < shorter - start && isEqual(old.at(-1 - end), other.at(-1 - end))) end++
  const middle = (peer: Peer): Peer => ({ ...peer, networks: peer.networks.slice(start, peer.networks.length - end) })
  return { ...replaced, before: middle(before), now: middle(now) }
}

function isEqual(a: Cidr | undefined, b: Cidr | undefined): boolean {
  return a !== undefined && b !== undefined && compareNetworks(a, b) === 0
}
