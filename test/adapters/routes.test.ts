import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { systemRoutes } from '../../src/adapters/routes.ts'
import { readAnyAddress } from '../../src/net/address.ts'
import { inOwnNamespace } from '../fakes/own-namespace.ts'

const signal = new AbortController().signal
const wiring = `link add eth0 type veth peer name eth1
link set eth0 up
link set eth1 up
address add 192.0.2.10/24 dev eth0
address add 2001:db8:2::10/64 dev eth0 nodad
address add 10.0.0.1/24 dev eth1
route add default via 192.0.2.1
`

test('systemRoutes.find() tells what is local, by which interface others are reached, and nothing about the rest', async () => {
  execFileSync('ip', ['-batch', '-'], { input: wiring })
  const asked = ['192.0.2.10', '127.0.0.1', '::1', '198.51.100.7', '10.0.0.9', '2001:db8:2::7']
  const unknown = ['2001:db8:99::1', 'fe80::1', '224.0.0.251', '255.255.255.255', '10.0.0.255']
  const addresses = [...asked, ...unknown].flatMap((text) => readAnyAddress(text) ?? [])
  const routeTo = await systemRoutes.find(addresses, signal)
  const eth0 = { type: 'interfaces', names: ['eth0'] }
  const local = { type: 'local' }
  assert.equal(
    addresses.map((address) => routeTo(address)),
    [local, local, local, eth0, { type: 'interfaces', names: ['eth1'] }, eth0, ...unknown.map(() => undefined)],
  )
})

/** A second uplink: by policy for one source, as one of two paths, as a way of last resort. */
const uplink = `link add eth2 type veth peer name eth3
link set eth2 up
link set eth3 up
address add 203.0.113.10/24 dev eth2
route add default via 203.0.113.1 table 7
rule add from 203.0.113.10 table 7
route add 172.16.0.0/12 nexthop via 192.0.2.1 nexthop via 203.0.113.1
route add 172.17.0.0/16 via 203.0.113.1 metric 9
route add 172.17.0.0/16 via 10.0.0.2 metric 5
route add blackhole 172.18.0.0/16
`

test('systemRoutes.find() tells every interface by which packets may go where routing is not symmetric', async () => {
  execFileSync('ip', ['-batch', '-'], { input: uplink })
  const interfacesTo = async (text: string): Promise<unknown> => {
    const address = readAnyAddress(text)
    assert.ok(address)
    const route = (await systemRoutes.find([address], signal))(address)
    return route?.type === 'interfaces' ? [...route.names].sort() : route
  }
  assert.equal(await interfacesTo('198.51.100.7'), ['eth0', 'eth2'], 'another table has a default route')
  assert.equal(await interfacesTo('172.16.0.1'), ['eth0', 'eth2'], 'two paths')
  assert.equal(await interfacesTo('172.17.0.1'), ['eth1', 'eth2'], 'two metrics, and the default route of table 7')
  assert.equal(await interfacesTo('192.0.2.1'), ['eth0', 'eth2'], 'a neighbour, and the default route of table 7')
  assert.equal(await interfacesTo('203.0.113.10'), { type: 'local' })
  assert.is(await interfacesTo('172.18.0.1'), undefined, 'thrown away')
  assert.equal(await interfacesTo('2001:db8:2::7'), ['eth0'])
})

test('systemRoutes.find() asks nobody about nothing', async () => {
  const routeTo = await systemRoutes.find([], signal)
  assert.is(routeTo({ family: 4, value: 1n }), undefined)
})

if (inOwnNamespace(fileURLToPath(import.meta.url))) test.run()
