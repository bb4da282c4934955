/** Which addresses and ports a rule means: those of all endpoints on all nodes, and the networks of all sets (behaviour.md section 7). */

import type { Address } from '../net/address.ts'
import { type Cidr, hostCidr } from '../net/cidr.ts'
import type { Family } from '../net/family.ts'
import { effectiveLabels } from '../policy/effective-labels.ts'
import type { EndpointPort } from '../policy/endpoint-port.ts'
import type { NamedPortMember, NamedPorts, Peers } from '../policy/host-view.ts'
import { type NamedPortQuery, namedPortKey } from '../policy/named-port-key.ts'
import type { PolicySet } from '../policy/policy-set.ts'
import type { Profile } from '../policy/profile.ts'
import { compareNames, type Labels } from '../policy/resource.ts'
import { matchesSelector } from '../selector/match-selector.ts'
import { printSelector } from '../selector/print-selector.ts'
import type { Selector } from '../selector/selector.ts'

interface Peer {
  readonly labels: Labels
  readonly networks: readonly Cidr[]
  readonly addresses: readonly Address[]
  /** None for a network set. */
  readonly ports: readonly EndpointPort[]
}

/** The index of a policy set: the hosts of a fleet ask the same selectors, and none of them twice. */
export function peerIndexOf(policySet: PolicySet, profiles: ReadonlyMap<string, Profile>): PeerIndex {
  const known = indexes.get(policySet)
  if (known !== undefined) return known
  const index = new PeerIndex(policySet, profiles)
  indexes.set(policySet, index)
  return index
}

const indexes = new WeakMap<PolicySet, PeerIndex>()

export class PeerIndex {
  private readonly peers: readonly Peer[]
  private readonly known = new Map<string, Peers>()

  constructor(policySet: PolicySet, profiles: ReadonlyMap<string, Profile>) {
    const endpoints = [
      ...policySet.hostEndpoints.map((endpoint) => ({ endpoint, addresses: endpoint.expectedIPs })),
      ...policySet.workloadEndpoints.map((endpoint) => ({ endpoint, addresses: endpoint.addresses })),
    ]
    this.peers = [
      ...endpoints.map(({ endpoint, addresses }) => ({
        labels: effectiveLabels(endpoint, profiles),
        networks: addresses.map(hostCidr),
        addresses,
        ports: endpoint.ports,
      })),
      ...policySet.networkSets.map((set) => ({ labels: set.labels, networks: set.nets, addresses: [], ports: [] })),
    ].filter((peer) => peer.networks.length > 0)
  }

  /** By canonical selector, in its order. Equal selectors are looked up once. */
  resolve(selectors: readonly Selector[]): ReadonlyMap<string, Peers> {
    const distinct = new Map(selectors.map((selector) => [printSelector(selector), selector]))
    const names = [...distinct.keys()].sort(compareNames)
    return new Map(names.map((name) => [name, this.known.get(name) ?? this.peersOf(name, distinct.get(name))]))
  }

  /** By key, in its order. */
  resolvePorts(queries: readonly NamedPortQuery[]): ReadonlyMap<string, NamedPorts> {
    const distinct = new Map(queries.map((query) => [namedPortKey(query), query]))
    const entries = [...distinct].sort(([a], [b]) => compareNames(a, b))
    return new Map(entries.map(([key, query]) => [key, { key, members: this.membersOf(query) }]))
  }

  private peersOf(name: string, selector: Selector | undefined): Peers {
    const networks = this.peers.flatMap((peer) =>
      selector !== undefined && matchesSelector(selector, peer.labels) ? peer.networks : [],
    )
    const found = { selector: name, networks: { 4: distinctNetworks(networks, 4), 6: distinctNetworks(networks, 6) } }
    this.known.set(name, found)
    return found
  }

  private membersOf({ names, protocol, selector }: NamedPortQuery): readonly NamedPortMember[] {
    const members = this.peers
      .filter((peer) => peer.ports.length > 0 && (selector === undefined || matchesSelector(selector, peer.labels)))
      .flatMap(({ addresses, ports }) =>
        ports
          .filter((port) => names.includes(port.name) && (protocol === undefined || port.protocol === protocol))
          .flatMap((port) => addresses.map((address) => ({ address, protocol: port.protocol, port: port.port }))),
      )
      .sort(compareMembers)
    return members.filter((member, at) => at === 0 || compareMembers(member, members[at - 1] ?? member) !== 0)
  }
}

function distinctNetworks(networks: readonly Cidr[], family: Family): readonly Cidr[] {
  const sorted = networks.filter((network) => network.family === family).sort(compareNetworks)
  return sorted.filter((network, at) => at === 0 || compareNetworks(network, sorted[at - 1] ?? network) !== 0)
}

function compareNetworks(a: Cidr, b: Cidr): number {
  return compareNumbers(a.base, b.base) || a.prefix - b.prefix
}

function compareMembers(a: NamedPortMember, b: NamedPortMember): number {
  const addresses = a.address.family - b.address.family || compareNumbers(a.address.value, b.address.value)
  return addresses || a.protocol - b.protocol || a.port - b.port
}

function compareNumbers(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0
}
