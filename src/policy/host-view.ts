/** What of a revision concerns one host: who governs which interface, by which policies in which order, and who the peers are. */

import type { Cidr } from '../net/cidr.ts'
import type { Family } from '../net/family.ts'
import type { Failsafe } from './felix-configuration.ts'
import type { HostEndpoint } from './host-endpoint.ts'
import type { NetworkPolicy } from './network-policy.ts'
import type { Profile } from './profile.ts'

export interface HostView {
  readonly node: string
  /** Endpoints that govern at least one interface, in name order; the star endpoint, if any, is last. */
  readonly endpoints: readonly EndpointView[]
  /** This host's endpoints that govern no interface now, in name order. */
  readonly idleEndpoints: readonly HostEndpoint[]
  /** By canonical selector: every selector that a rule of an applying policy or profile uses. */
  readonly peers: ReadonlyMap<string, Peers>
  readonly settings: HostSettings
}

export interface EndpointView {
  readonly endpoint: HostEndpoint
  /** `*` for the star endpoint: every interface that no other endpoint governs, loopback and workloads' excepted. */
  readonly interfaces: readonly string[] | '*'
  readonly ingress: PolicyList
  readonly egress: PolicyList
}

/** The evaluation order of one endpoint in one direction (behaviour.md 4.2). */
export interface PolicyList {
  /** Tiers with at least one policy for this endpoint and direction, in order. */
  readonly tiers: readonly TierPolicies[]
  /** In the order the endpoint lists them; a profile that does not exist is a single Deny. */
  readonly profiles: readonly Profile[]
}

export interface TierPolicies {
  readonly name: string
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

export interface HostSettings {
  readonly interfacePrefixes: readonly string[]
  readonly failsafeInbound: readonly Failsafe[]
  readonly failsafeOutbound: readonly Failsafe[]
}
