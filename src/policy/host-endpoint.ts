/** A host endpoint: one network interface of one host, or all of them, as something policies select. */

import type { Address } from '../net/address.ts'
import type { EndpointPort } from './endpoint-port.ts'
import type { Labels, Resource } from './resource.ts'

export interface HostEndpoint extends Resource {
  readonly kind: 'HostEndpoint'
  readonly node: string
  /** An interface name, `*` for every interface without an endpoint of its own, or undefined: found by `expectedIPs`. */
  readonly interfaceName: string | undefined
  /** Not verified against the interface when it has a name; the addresses that selectors resolve to. */
  readonly expectedIPs: readonly Address[]
  /** In the order written; evaluated after the policies, and labels are inherited in this order. */
  readonly profiles: readonly string[]
  /** Own labels, without inherited ones. */
  readonly labels: Labels
  readonly ports: readonly EndpointPort[]
}
