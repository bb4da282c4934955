/** Networks that the Internet does not route to hosts (RFC 1918, 3927, 4193, 4291, 6598). */

import type { Address } from './address.ts'
import { cidrContains, knownCidrs } from './cidr.ts'

const networks = knownCidrs(
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '::1/128',
  'fc00::/7',
  'fe80::/10',
)

export function isPrivate(address: Address): boolean {
  return networks.some((network) => cidrContains(network, address))
}
