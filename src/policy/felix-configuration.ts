/** Fleet-wide settings from the policy repository: which interfaces are workloads', which ports stay open whatever policy says. */

import type { Cidr } from '../net/cidr.ts'
import type { Resource } from './resource.ts'

/** One port that is accepted before any policy. */
export interface Failsafe {
  /** IANA number of TCP, UDP or SCTP. */
  readonly protocol: number
  readonly port: number
  /** Limits it to these peers and to their family; undefined: every peer. */
  readonly net: Cidr | undefined
}

/** `default` holds for every host, `node.<name>` for one; a parameter of the latter wins. Undefined: not set there. */
export interface FelixConfiguration extends Resource {
  readonly kind: 'FelixConfiguration'
  readonly interfacePrefixes: readonly string[] | undefined
  readonly failsafeInbound: readonly Failsafe[] | undefined
  readonly failsafeOutbound: readonly Failsafe[] | undefined
}
