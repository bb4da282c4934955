/** Which networks a rule's selector stands for: the addresses of all endpoints on all nodes, and all network sets (behaviour.md section 7). */

import { type Cidr, hostCidr } from '../net/cidr.ts'
import type { Family } from '../net/family.ts'
import { effectiveLabels } from '../policy/effective-labels.ts'
import type { Peers } from '../policy/host-view.ts'
import type { PolicySet } from '../policy/policy-set.ts'
import type { Profile } from '../policy/profile.ts'
import { compareNames, type Labels } from '../policy/resource.ts'
import { matchesSelector } from '../selector/match-selector.ts'
import { printSelector } from '../selector/print-selector.ts'
import type { Selector } from '../selector/selector.ts'

interface Peer {
  readonly labels: Labels
  readonly networks: readonly Cidr[]
}

export class PeerIndex {
  private readonly peers: readonly Peer[]

  constructor(policySet: PolicySet, profiles: ReadonlyMap<string, Profile>) {
    this.peers = [
      ...policySet.hostEndpoints.map((endpoint) => ({
        labels: effectiveLabels(endpoint, profiles),
        networks: endpoint.expectedIPs.map(hostCidr),
      })),
      ...policySet.networkSets.map((set) => ({ labels: set.labels, networks: set.nets })),
    ].filter((peer) => peer.networks.length > 0)
  }

  /** By canonical selector, in its order. Equal selectors are looked up once. */
  resolve(selectors: readonly Selector[]): ReadonlyMap<string, Peers> {
    const distinct = new Map(selectors.map((selector) => [printSelector(selector), selector]))
    const names = [...distinct.keys()].sort(compareNames)
    return new Map(names.map((name) => [name, this.peersOf(name, distinct.get(name))]))
  }

  private peersOf(name: string, selector: Selector | undefined): Peers {
    const networks = this.peers.flatMap((peer) =>
      selector !== undefined && matchesSelector(selector, peer.labels) ? peer.networks : [],
    )
    return { selector: name, networks: { 4: distinctNetworks(networks, 4), 6: distinctNetworks(networks, 6) } }
  }
}

function distinctNetworks(networks: readonly Cidr[], family: Family): readonly Cidr[] {
  const sorted = networks.filter((network) => network.family === family).sort(compareNetworks)
  return sorted.filter((network, at) => at === 0 || compareNetworks(network, sorted[at - 1] ?? network) !== 0)
}

function compareNetworks(a: Cidr, b: Cidr): number {
  return a.base < b.base ? -1 : a.base > b.base ? 1 : a.prefix - b.prefix
}
