/** All hosts in two revisions -> the difference in access: hosts with the same changes are told of once. */

import { printAddress } from '../net/address.ts'
import { PacketSets } from '../packet-set/packet-sets.ts'
import type { Failsafe } from '../policy/felix-configuration.ts'
import type { HostView, Peers } from '../policy/host-view.ts'
import { compareNames } from '../policy/resource.ts'
import type { AccessChange, Way } from './access-change.ts'
import { compareHost, type HostPair } from './compare-host.ts'
import { findGovernance, type Governance, hasEndpoints } from './governance.ts'
import { HostAccess } from './host-access.ts'
import { changeKey } from './merge-ways.ts'
import type { Place } from './places.ts'
import { RevisionAccess } from './revision-access.ts'
import { type Spot, spotsOf } from './spots.ts'

export interface GroupedChange extends AccessChange {
  /** In name order. */
  readonly hosts: readonly string[]
}

export interface GroupedGovernance extends Governance {
  readonly hosts: readonly string[]
}

export class RevisionComparison {
  readonly sets = new PacketSets()
  private readonly base = new RevisionAccess(this.sets)
  private readonly head = new RevisionAccess(this.sets)
  /** By what decides on a host: hosts of one role are compared once. */
  private readonly compared = new Map<string, readonly AccessChange[]>()
  private readonly changes = new Grouping<AccessChange>((change) => `${printWay(change.way)} ${changeKey(change)}`)
  private readonly governed = new Grouping<Governance>((one) => JSON.stringify(one))

  /** What the selectors of each revision stand for, by their text. */
  readonly peers = { base: new Map<string, Peers>(), head: new Map<string, Peers>() }
  /** By which hosts are managed: ssh, and what no policy can close. */
  readonly failsafes = new Map<string, Pick<Failsafe, 'protocol' | 'port'>>()

  /** @param base without endpoints when the host is not in that revision, and so `head` */
  add(base: HostView, head: HostView): void {
    const spots = spotsOf(base, head)
    for (const [text, peers] of base.peers) this.peers.base.set(text, peers)
    for (const [text, peers] of head.peers) this.peers.head.set(text, peers)
    for (const { protocol, port } of [base, head].flatMap(({ settings }) => settings.failsafeInbound))
      this.failsafes.set(`${protocol} ${port}`, { protocol, port })
    for (const governance of findGovernance({ base, head, spots })) this.governed.add(governance, head.node)
    if (!hasEndpoints(base) || !hasEndpoints(head)) return
    for (const change of this.compare({ base, head, spots })) this.changes.add(change, head.node)
  }

  groupedChanges(): readonly GroupedChange[] {
    return this.changes.all()
  }

  groupedGovernance(): readonly GroupedGovernance[] {
    return this.governed.all()
  }

  private compare({ base, head, spots }: ViewPair): readonly AccessChange[] {
    const place = (access: RevisionAccess, view: HostView, of: (spot: Spot) => Place): string =>
      `${spots.map((spot) => placeKey(access, of(spot))).join('\n')}\n${settingsKey(view)}`
    const labels = spots.map(({ label }) => label).join(' ')
    const key = [labels, place(this.base, base, (spot) => spot.base), place(this.head, head, (spot) => spot.head)].join(
      '\n\n',
    )
    const known = this.compared.get(key)
    if (known !== undefined) return known
    const hosts: HostPair = { base: new HostAccess(this.base, base), head: new HostAccess(this.head, head) }
    const made = compareHost(this.sets, hosts)
    this.compared.set(key, made)
    return made
  }
}

interface ViewPair {
  readonly base: HostView
  readonly head: HostView
  readonly spots: readonly Spot[]
}

/** Items that are equal but for the hosts where they are. */
class Grouping<Item> {
  private readonly items = new Map<string, { readonly item: Item; readonly hosts: string[] }>()
  private readonly keyOf: (item: Item) => string

  constructor(keyOf: (item: Item) => string) {
    this.keyOf = keyOf
  }

  add(item: Item, host: string): void {
    const key = this.keyOf(item)
    const known = this.items.get(key)
    if (known === undefined) this.items.set(key, { item, hosts: [host] })
    else known.hosts.push(host)
  }

  all(): readonly (Item & { readonly hosts: readonly string[] })[] {
    return [...this.items.values()].map(({ item, hosts }) => ({ ...item, hosts: [...hosts].sort(compareNames) }))
  }
}

/** `received on eth0`, `sent by eth0`, `forwarded from eth0 to eth1`. */
export function printWay(way: Way): string {
  switch (way.type) {
    case 'received':
      return `received on ${way.on.join(', ')}`
    case 'sent':
      return `sent by ${way.by.join(', ')}`
    case 'forwarded':
      return `forwarded from ${way.from.join(', ')} to ${way.to.join(', ')}`
  }
}

/** Equal for places where every packet is judged alike, in one revision. */
function placeKey(access: RevisionAccess, { isWorkload, endpoint, workload }: Place): string {
  const lists = endpoint === undefined ? [] : Object.values(endpoint.lists)
  const own = workload === undefined ? [] : [workload.lists]
  const keys = [...lists, ...own].flatMap(({ ingress, egress }) => [access.keyOf(ingress), access.keyOf(egress)])
  const addresses = workload?.workload.addresses.map(printAddress) ?? []
  return [isWorkload, endpoint !== undefined, ...addresses, ...keys].join(' ; ')
}

function settingsKey({ settings }: HostView): string {
  return JSON.stringify(settings, (_, value: unknown) => (typeof value === 'bigint' ? value.toString(36) : value))
}
