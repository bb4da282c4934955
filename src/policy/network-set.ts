/** A named, labelled list of networks that rules select as peers. */

import type { Cidr } from '../net/cidr.ts'
import type { Labels, Resource } from './resource.ts'

export interface NetworkSet extends Resource {
  readonly kind: 'GlobalNetworkSet' | 'NetworkSet'
  /** Undefined for the global kind. Names are unique within it. */
  readonly namespace: string | undefined
  /** Of a NetworkSet with its namespace and what the profile `kns.<namespace>` gives it. */
  readonly labels: Labels
  readonly nets: readonly Cidr[]
}
