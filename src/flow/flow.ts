/** One connection as connection tracking knows it: who opened it to whom, and where it really goes. */

import type { Address } from '../net/address.ts'

export interface Flow {
  /** IANA number. */
  readonly protocol: number
  /** As they were sent: before any rewriting. Of one family. */
  readonly source: Address
  readonly destination: Address
  /** Only with protocols that have ports. */
  readonly sourcePort: number | undefined
  readonly destinationPort: number | undefined
  /** Only with ICMP and ICMPv6. */
  readonly icmp: { readonly type: number; readonly code: number } | undefined
  /** Where DNAT sends it; undefined when it goes where it was sent. */
  readonly rewritten: { readonly destination: Address; readonly destinationPort: number | undefined } | undefined
  /** Of connection tracking; 0 unless somebody keeps several worlds apart. */
  readonly zone: number
  /** A TCP connection that both sides have closed; its entry only lingers. */
  readonly isOver: boolean
}

/** Where packets to an address go: to this host itself, or out of one of these interfaces, at least one; nobody can tell which. */
export type Route = { readonly type: 'local' } | { readonly type: 'interfaces'; readonly names: readonly string[] }

/** Undefined where nobody can tell: no route, an address that every link has, not a single host. */
export type RouteTo = (address: Address) => Route | undefined

/** Where it really goes. */
export function endOf(flow: Flow): { readonly destination: Address; readonly destinationPort: number | undefined } {
  return flow.rewritten ?? flow
}
