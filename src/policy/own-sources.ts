/** With which sources a workload may send: its own addresses, and those whose way back the kernel does not look for (EV-44). */

import { type Address, sameAddress } from '../net/address.ts'
import { type Cidr, cidrContains, knownCidrs } from '../net/cidr.ts'

/** Without an address yet (duplicate address detection), or link-local: every interface has a route to fe80::/64. */
export const linkSources: readonly Cidr[] = knownCidrs('::/128', 'fe80::/64')

/** Of a machine that has no IPv4 address yet, to everybody on the link: the kernel asks no route about it (nft_fib4_eval). */
export const firstWords = {
  sources: knownCidrs('0.0.0.0/32'),
  destinations: knownCidrs('255.255.255.255/32', '224.0.0.0/24'),
} as const

export interface PacketEnds {
  readonly source: Address
  readonly destination: Address
}

/** @param own addresses of the workload behind the interface; none where nobody claims it */
export function isOwnSource(own: readonly Address[], { source, destination }: PacketEnds): boolean {
  return (
    own.some((address) => sameAddress(address, source)) ||
    isAmong(linkSources, source) ||
    (isAmong(firstWords.sources, source) && isAmong(firstWords.destinations, destination))
  )
}

function isAmong(networks: readonly Cidr[], address: Address): boolean {
  return networks.some((network) => cidrContains(network, address))
}
