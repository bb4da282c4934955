/** A policy: ordered rules for the endpoints that its selector matches. */

import type { Selector } from '../selector/selector.ts'
import type { Resource } from './resource.ts'
import type { Direction, PolicyRule } from './rule.ts'

/** What enforced and staged policies have in common. */
export interface PolicyContent extends Resource {
  /** Undefined for the global kinds. Names are unique within it. */
  readonly namespace: string | undefined
  readonly tier: string
  /** Lower first; Infinity when the document has none. */
  readonly order: number
  /** Effective: with the policy's namespace and its namespaceSelector (behaviour.md 1.5, SEL-31). */
  readonly selector: Selector
  /** The directions it applies to, whether or not it has rules for them. */
  readonly types: ReadonlySet<Direction>
  readonly ingress: readonly PolicyRule[]
  readonly egress: readonly PolicyRule[]
  readonly applyOnForward: boolean
  readonly preDNAT: boolean
  readonly doNotTrack: boolean
  /** Of its metadata. */
  readonly annotations: ReadonlyMap<string, string>
}

export interface NetworkPolicy extends PolicyContent {
  readonly kind: 'GlobalNetworkPolicy' | 'NetworkPolicy'
}
