/** The facts of a host that is not at hand, as far as its endpoints tell them. */

import type { HostFacts, HostInterface } from '../host/host-facts.ts'
import { printAddress } from '../net/address.ts'
import { hostCidr } from '../net/cidr.ts'
import type { HostEndpoint } from '../policy/host-endpoint.ts'
import type { PolicySet } from '../policy/policy-set.ts'
import { compareNames } from '../policy/resource.ts'

/** Each named endpoint gives its interface with its expected addresses, a nameless one an interface named after its first address. */
export function deriveFacts(policySet: PolicySet, node: string): HostFacts {
  const own = policySet.hostEndpoints.filter((endpoint) => endpoint.node === node && endpoint.interfaceName !== '*')
  const interfaces = new Map<string, HostInterface>()
  for (const endpoint of own) {
    const name = endpoint.interfaceName ?? placeholder(endpoint)
    const known = interfaces.get(name)?.addresses ?? []
    const addresses = endpoint.expectedIPs.map((address) => ({ address, network: hostCidr(address) }))
    interfaces.set(name, { name, addresses: [...known, ...addresses], up: true, master: undefined })
  }
  return { node, interfaces: [...interfaces.values()].sort((a, b) => compareNames(a.name, b.name)) }
}

/** At most the 15 bytes that the kernel allows for an interface name. */
function placeholder(endpoint: HostEndpoint): string {
  const [address] = endpoint.expectedIPs
  return address === undefined ? endpoint.name.slice(0, 15) : printAddress(address).replaceAll(':', '-').slice(-15)
}

/** Every node that an endpoint names, in order. */
export function nodesOf(policySet: PolicySet): readonly string[] {
  const { hostEndpoints, workloadEndpoints } = policySet
  return [...new Set([...hostEndpoints, ...workloadEndpoints].map(({ node }) => node))].sort(compareNames)
}
