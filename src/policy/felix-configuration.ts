/** Fleet-wide settings from the policy repository (behaviour.md section 8): what they say, not what holds when they say nothing. */

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

/** At most `count` log lines in each period. */
export interface LogRateLimit {
  readonly count: number
  readonly per: 'second' | 'minute' | 'hour' | 'day'
}

/** `default` holds for every host, `node.<name>` for one; a parameter of the latter wins. Undefined: not set there. */
export interface FelixConfiguration extends Resource {
  readonly kind: 'FelixConfiguration'
  /** Empty: no interface is a workload's. */
  readonly interfacePrefixes: readonly string[] | undefined
  /** Interface names, and prefixes that end with `*`. */
  readonly interfaceExclude: readonly string[] | undefined
  readonly failsafeInbound: readonly Failsafe[] | undefined
  readonly failsafeOutbound: readonly Failsafe[] | undefined
  readonly defaultEndpointToHostAction: 'Drop' | 'Accept' | 'Return' | undefined
  readonly disableConntrackInvalidCheck: boolean | undefined
  /** False leaves IPv6 unfiltered. */
  readonly ipv6Support: boolean | undefined
  readonly filterAllowAction: 'Accept' | 'Return' | undefined
  readonly filterDenyAction: 'Drop' | 'Reject' | undefined
  /** At least 8 of the 32 bits of a packet's mark. */
  readonly markMask: number | undefined
  /** Whether policy is asked before or after the host's own rules. */
  readonly insertMode: 'Insert' | 'Append' | undefined
  /** May hold `%t` tier, `%k` kind, `%n` name, `%p` namespace and name. */
  readonly logPrefix: string | undefined
  readonly logActionRateLimit: LogRateLimit | undefined
  readonly logActionRateLimitBurst: number | undefined
  readonly allowVXLANPacketsFromWorkloads: boolean | undefined
  readonly allowIPIPPacketsFromWorkloads: boolean | undefined
}
