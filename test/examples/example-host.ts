/** The host h1 of behaviour.md section 10. */

import type { HostFacts } from '../../src/host/host-facts.ts'
import { readAddress } from '../../src/net/address.ts'
import { networkOf } from '../../src/net/cidr.ts'
import type { Host } from '../fakes/agreement.ts'

const addresses: readonly (readonly [string, string | undefined])[] = [
  ['br0', undefined],
  ['cali1', undefined],
  ['cali2', undefined],
  ['eth0', '203.0.113.10'],
  ['eth1', '10.0.0.1'],
  ['lo', '127.0.0.1'],
]

const facts: HostFacts = {
  node: 'h1',
  interfaces: addresses.map(([name, text]) => {
    const address = text === undefined ? undefined : readAddress(text)
    const found = address === undefined ? [] : [{ address, network: networkOf(address, 24) }]
    return { name, up: true, master: undefined, addresses: found }
  }),
}

export const exampleHost: Host = { facts, failsafes: 'calico-compat' }
