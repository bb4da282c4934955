/** A named, labelled list of networks that rules select as peers. */

import type { Cidr } from '../net/cidr.ts'
import type { Labels, Resource } from './resource.ts'

export interface NetworkSet extends Resource {
  readonly kind: 'GlobalNetworkSet'
  readonly labels: Labels
  readonly nets: readonly Cidr[]
}
