/** What of a revision concerns one host: who governs which interface, by which policies in which order, and who the peers are. */

import type { Address } from '../net/address.ts'
import type { Cidr } from '../net/cidr.ts'
import type { Family } from '../net/family.ts'
import type { Failsafe, LogRateLimit } from './felix-configuration.ts'
import type { HostEndpoint } from './host-endpoint.ts'
import type { NetworkPolicy } from './network-policy.ts'
import type { Profile } from './profile.ts'
import type { StagedPolicy } from './staged-policy.ts'
import type { WorkloadEndpoint } from './workload-endpoint.ts'

export interface HostView {
  readonly node: string
  /** Endpoints that govern at least one interface, in name order; the star endpoint, if any, is last. */
  readonly endpoints: readonly EndpointView[]
  /** This host's endpoints that govern no interface now, in name order. */
  readonly idleEndpoints: readonly HostEndpoint[]
  /** This host's workloads, in order of their interfaces; one for each. */
  readonly workloads: readonly WorkloadView[]
  /** The staged policies that concern this host, in name order. */
  readonly staged: readonly StagedView[]
  /** By canonical selector: every selector that a rule of an applying policy or profile uses, staged ones included. */
  readonly peers: ReadonlyMap<string, Peers>
  /** By namedPortKey(): every list of port names that such a rule uses. */
  readonly namedPorts: ReadonlyMap<string, NamedPorts>
  readonly settings: HostSettings
}

export interface EndpointView {
  readonly endpoint: HostEndpoint
  /** `*` for the star endpoint: every interface that no other endpoint governs, loopback excepted. */
  readonly interfaces: readonly string[] | '*'
  readonly lists: EndpointLists
}

/** The evaluation orders of one host endpoint (behaviour.md 4.1). */
export interface EndpointLists {
  readonly untracked: DirectedLists
  /** Its egress list is always empty. */
  readonly preDnat: DirectedLists
  readonly normal: DirectedLists
  readonly forward: DirectedLists
}

export type ListName = keyof EndpointLists

export interface DirectedLists {
  readonly ingress: PolicyList
  readonly egress: PolicyList
}

export interface WorkloadView {
  readonly workload: WorkloadEndpoint
  readonly lists: DirectedLists
}

/** What would be different if one staged policy were in force, and nothing else changed (behaviour.md 1.10). */
export interface StagedView {
  readonly policy: StagedPolicy
  /** The endpoints that it concerns, with the lists that they would have; in the order of the host's view. */
  readonly endpoints: readonly EndpointView[]
  readonly workloads: readonly WorkloadView[]
}

/** The evaluation order of one endpoint in one direction (behaviour.md 4.2). */
export interface PolicyList {
  /** Tiers with at least one policy for this endpoint and direction, in order. */
  readonly tiers: readonly TierPolicies[]
  /** In the order the endpoint lists them; a profile that does not exist is a single Deny. Empty in all but the normal lists. */
  readonly profiles: readonly Profile[]
}

export interface TierPolicies {
  readonly name: string
  /** Always Pass in the untracked and pre-DNAT lists, where it means: go on. */
  readonly defaultAction: 'Deny' | 'Pass'
  /** Never empty. */
  readonly policies: readonly NetworkPolicy[]
}

/** The networks that one selector stands for; a single address has the full prefix. */
export interface Peers {
  /** Canonical text. */
  readonly selector: string
  /** Without duplicates, sorted by base and prefix; networks may contain one another. */
  readonly networks: Readonly<Record<Family, readonly Cidr[]>>
}

/** The ports that a list of names stands for, on each endpoint that has them. */
export interface NamedPorts {
  readonly key: string
  /** Without duplicates, in a fixed order. */
  readonly members: readonly NamedPortMember[]
}

export interface NamedPortMember {
  readonly address: Address
  readonly protocol: number
  readonly port: number
}

export interface HostSettings {
  /** Empty: no interface is a workload's. */
  readonly interfacePrefixes: readonly string[]
  readonly failsafeInbound: readonly Failsafe[]
  readonly failsafeOutbound: readonly Failsafe[]
  readonly endpointToHostAction: 'Drop' | 'Accept' | 'Return'
  /** False leaves out the drops of what connection tracking calls invalid. */
  readonly dropsInvalid: boolean
  /** The families that are filtered. */
  readonly families: readonly Family[]
  readonly denyAction: 'Drop' | 'Reject'
  /** The one bit of the packet mark that may be used. */
  readonly markBit: number
  /** Our base chains run before or after those of others on the same hook. */
  readonly position: 'first' | 'last'
  /** May hold `%t`, `%k`, `%n`, `%p`. */
  readonly logPrefix: string
  readonly logLimit: LogRateLimit & { readonly burst: number | undefined }
  readonly allowsVxlanFromWorkloads: boolean
  readonly allowsIpipFromWorkloads: boolean
}
