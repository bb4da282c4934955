/** A workload endpoint: the host's side of one container's or virtual machine's interface. */

import type { Address } from '../net/address.ts'
import type { EndpointPort } from './endpoint-port.ts'
import type { Labels, Resource } from './resource.ts'

export interface WorkloadEndpoint extends Resource {
  readonly kind: 'WorkloadEndpoint'
  readonly namespace: string
  readonly node: string
  /** On the host; never empty. */
  readonly interfaceName: string
  /** Never empty. */
  readonly addresses: readonly Address[]
  /** In the order written; evaluated after the policies, and labels are inherited in this order. */
  readonly profiles: readonly string[]
  /** Own labels with those forced by namespace and orchestrator, without inherited ones and without `pcns.` and `pcsa.`. */
  readonly labels: Labels
  readonly ports: readonly EndpointPort[]
}
