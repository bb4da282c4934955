/** A policy set as the lints look at it: what each selector means in this repository, looked up once. */

import { type Cidr, hostCidr, intervalsOf } from '../net/cidr.ts'
import type { Family } from '../net/family.ts'
import type { Interval } from '../net/interval.ts'
import { effectiveLabels } from '../policy/effective-labels.ts'
import type { HostEndpoint } from '../policy/host-endpoint.ts'
import type { PolicyContent } from '../policy/network-policy.ts'
import type { NetworkSet } from '../policy/network-set.ts'
import type { PolicySet } from '../policy/policy-set.ts'
import type { Labels } from '../policy/resource.ts'
import type { WorkloadEndpoint } from '../policy/workload-endpoint.ts'
import { matchesSelector } from '../selector/match-selector.ts'
import { printSelector } from '../selector/print-selector.ts'
import type { Selector } from '../selector/selector.ts'

/** Endpoints that no selector tells apart. */
export type EndpointGroup =
  | { readonly type: 'host'; readonly labels: Labels; readonly members: readonly HostEndpoint[] }
  | { readonly type: 'workload'; readonly labels: Labels; readonly members: readonly WorkloadEndpoint[] }

/** What a selector of a rule stands for. */
export interface Peers {
  readonly groups: ReadonlySet<EndpointGroup>
  readonly sets: readonly NetworkSet[]
}

/** Where in a packet's way a policy is asked. */
export type Stage = 'untracked' | 'pre-DNAT' | 'normal'

export class Survey {
  readonly policySet: PolicySet
  /** Hosts first, each in the order of the first member's name. */
  readonly groups: readonly EndpointGroup[]
  private readonly peers = new Map<string, Peers>()
  private readonly addresses = new Map<string, Readonly<Record<Family, readonly Interval[]>>>()

  constructor(policySet: PolicySet) {
    this.policySet = policySet
    const profiles = new Map(policySet.profiles.map((profile) => [profile.name, profile]))
    const labelsOf = (endpoint: HostEndpoint | WorkloadEndpoint): Labels => effectiveLabels(endpoint, profiles)
    this.groups = [
      ...groupByLabels(policySet.hostEndpoints, labelsOf).map((group) => ({ type: 'host' as const, ...group })),
      ...groupByLabels(policySet.workloadEndpoints, labelsOf).map((group) => ({ type: 'workload' as const, ...group })),
    ]
  }

  peersOf(selector: Selector): Peers {
    const key = printSelector(selector)
    const known = this.peers.get(key)
    if (known !== undefined) return known
    const found = {
      groups: new Set(this.groups.filter(({ labels }) => matchesSelector(selector, labels))),
      sets: this.policySet.networkSets.filter(({ labels }) => matchesSelector(selector, labels)),
    }
    this.peers.set(key, found)
    return found
  }

  /** The endpoints that meet a policy; only normal policies reach workloads (behaviour.md EV-6). */
  selectedBy(policy: PolicyContent): readonly EndpointGroup[] {
    const groups = [...this.peersOf(policy.selector).groups]
    return stageOf(policy) === 'normal' ? groups : groups.filter(({ type }) => type === 'host')
  }

  /** Canonical. */
  addressesOf(selector: Selector): Readonly<Record<Family, readonly Interval[]>> {
    const key = printSelector(selector)
    const known = this.addresses.get(key)
    if (known !== undefined) return known
    const { groups, sets } = this.peersOf(selector)
    const networks = [...[...groups].flatMap(networksOf), ...sets.flatMap(({ nets }) => nets)]
    const found = { 4: intervalsOf(networks, 4), 6: intervalsOf(networks, 6) }
    this.addresses.set(key, found)
    return found
  }
}

export function stageOf({ doNotTrack, preDNAT }: PolicyContent): Stage {
  return doNotTrack ? 'untracked' : preDNAT ? 'pre-DNAT' : 'normal'
}

function networksOf(group: EndpointGroup): readonly Cidr[] {
  return group.type === 'host'
    ? group.members.flatMap(({ expectedIPs }) => expectedIPs.map(hostCidr))
    : group.members.flatMap(({ addresses }) => addresses.map(hostCidr))
}

function groupByLabels<Endpoint>(
  endpoints: readonly Endpoint[],
  labelsOf: (endpoint: Endpoint) => Labels,
): readonly { readonly labels: Labels; readonly members: readonly Endpoint[] }[] {
  const groups = new Map<string, { readonly labels: Labels; readonly members: Endpoint[] }>()
  for (const endpoint of endpoints) {
    const labels = labelsOf(endpoint)
    const key = JSON.stringify([...labels].sort())
    const group = groups.get(key) ?? { labels, members: [] }
    groups.set(key, group)
    group.members.push(endpoint)
  }
  return [...groups.values()]
}
