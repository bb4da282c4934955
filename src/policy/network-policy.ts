/** A policy: ordered rules for the endpoints that its selector matches. */

import type { Selector } from '../selector/selector.ts'
import type { Resource } from './resource.ts'
import type { Direction, PolicyRule } from './rule.ts'

export interface NetworkPolicy extends Resource {
  readonly kind: 'GlobalNetworkPolicy'
  /** Lower first; Infinity when the document has none. */
  readonly order: number
  readonly selector: Selector
  /** The directions it applies to, whether or not it has rules for them. */
  readonly types: ReadonlySet<Direction>
  readonly ingress: readonly PolicyRule[]
  readonly egress: readonly PolicyRule[]
}
