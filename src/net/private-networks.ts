/** Networks that the Internet does not route to hosts (RFC 1918, 3927, 4193, 4291, 6598). */

import type { Address } from './address.ts'
import { type Cidr, cidrInterval, readCidr } from './cidr.ts'

const networks: readonly Cidr[] = [
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '::1/128',
  'fc00::/7',
  'fe80::/10',
].flatMap((text) => {
  const reading = readCidr(text)
  return reading.type === 'cidr' ? [reading.cidr] : []
})

export function isPrivate({ family, value }: Address): boolean {
  return networks.some((network) => {
    const { from, to } = cidrInterval(network)
    return network.family === family && value >= from && value <= to
  })
}
