/** One packet as a firewall sees it: the first of its flow unless its state says otherwise. */

import type { Address } from '../net/address.ts'

export type ConnectionState = 'new' | 'established' | 'related' | 'untracked' | 'invalid'

export interface Packet {
  /** Undefined for a packet that this host sends itself. */
  readonly iif: string | undefined
  /** Undefined for a packet that ends on this host. With both it is forwarded. */
  readonly oif: string | undefined
  /** Of one family with `destination`. */
  readonly source: Address
  /** After DNAT. */
  readonly destination: Address
  /** IANA number. */
  readonly protocol: number
  /** Only with TCP, UDP, SCTP and UDPLite. After DNAT, as the destination is. */
  readonly sourcePort: number | undefined
  readonly destinationPort: number | undefined
  /** Only with ICMP and ICMPv6. */
  readonly icmp: { readonly type: number; readonly code: number } | undefined
  /** IPv6 hop limit, IPv4 time to live. */
  readonly hopLimit: number
  readonly state: ConnectionState
  /** Where the packet was sent before DNAT; undefined when it was not rewritten. */
  readonly original: { readonly destination: Address; readonly destinationPort: number | undefined } | undefined
}
