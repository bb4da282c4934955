/** Hosts called h1 as labs: that of the random policies, and that of the worked examples. */

import { type Address, readAddress, sameAddress } from '../../src/net/address.ts'
import { type Cidr, cidrInterval, networkOf, readCidr } from '../../src/net/cidr.ts'
import type { LabPlan } from './injection-lab.ts'

/** Routes lead random packets everywhere. Interfaces and addresses are those of randomHostFacts; the workloads of randomPolicy() are behind cali1 and cali2. */
export const randomLabPlan: LabPlan = {
  local: [],
  interfaces: [
    { name: 'eth0', addresses: ['203.0.113.10/24', '2001:db8:a::10/64'], routes: ['default', '::/0'] },
    { name: 'eth1', addresses: ['10.0.0.1/24', 'fd00:1::1/64'], routes: ['10.0.0.0/8', 'fd00::/8'] },
    { name: 'eth2', addresses: ['172.16.0.1/24'], routes: ['192.0.2.0/24', '2001:db8::/32'] },
    { name: 'cali1', addresses: [], routes: ['10.65.0.1', 'fd00:65::1'] },
    { name: 'cali2', addresses: [], routes: ['10.65.0.2', 'fd00:65::2'] },
    { name: 'cali9', addresses: [], routes: ['10.65.0.9', 'fd00:65::9'] },
  ],
}

/**
 * Of behaviour.md section 10. IPv6 addresses are those that its packets are sent to, or that make the host listen to the
 * multicast groups of a neighbour solicitation.
 */
export const exampleLabPlan: LabPlan = {
  local: ['203.0.113.1', '8.8.8.8'],
  interfaces: [
    {
      name: 'eth0',
      addresses: ['203.0.113.10/24', '203.0.113.11/24', '2001:db8::2/64', '2001:db8::10/64'],
      routes: ['default', '::/0'],
    },
    { name: 'eth1', addresses: ['10.0.0.1/24'], routes: [] },
    { name: 'cali1', addresses: ['fd00:65::1/128'], routes: ['10.65.0.2', 'fd00:65::2'] },
    { name: 'cali2', addresses: [], routes: ['10.65.0.3', 'fd00:65::3'] },
    { name: 'cali9', addresses: [], routes: ['10.65.0.9'] },
    { name: 'br0', port: 'eth2', addresses: [], routes: [] },
  ],
}

/** The interface by which packets to the address leave; undefined where they do not, and for IPv6's link-local addresses. */
export function routeTo({ interfaces }: LabPlan, address: Address): string | undefined {
  const links = interfaces.flatMap(({ name, addresses }) => addresses.flatMap((text) => networkAt(name, text)))
  if (address.family === 6 && address.value >> 64n === 0xfe80000000000000n) return undefined
  if (links.some(({ cidr, own }) => cidr.family === address.family && isTheHosts(address, cidr, own))) return undefined
  const routes = interfaces.flatMap(({ name, routes: own }) => own.flatMap((text) => networkAt(name, text)))
  const leading = [...links, ...routes].filter(
    ({ cidr }) => cidr.family === address.family && networkOf(address, cidr.prefix).base === cidr.base,
  )
  return leading.sort((left, right) => right.cidr.prefix - left.cidr.prefix)[0]?.name
}

interface Route {
  readonly name: string
  readonly own: Address | undefined
  readonly cidr: Cidr
}

function networkAt(name: string, text: string): readonly Route[] {
  const reading = readCidr(text === 'default' ? '0.0.0.0/0' : text)
  if (reading.type !== 'cidr') throw new Error(`no network: ${text}`)
  return [{ name, own: readAddress(text.replace(/\/.*/, '')), cidr: reading.cidr }]
}

/** Its own address on a link, the link's broadcast address, and the one of all its routers. */
function isTheHosts(address: Address, cidr: Cidr, own: Address | undefined): boolean {
  const { from, to } = cidrInterval(cidr)
  return (own !== undefined && sameAddress(own, address)) || address.value === (address.family === 4 ? to : from)
}
