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
  const eth0 = { type: 'interface', name: 'eth0' }
  const local = { type: 'local' }
  assert.equal(
    addresses.map((address) => routeTo(address)),
    [local, local, local, eth0, { type: 'interface', name: 'eth1' }, eth0, ...unknown.map(() => undefined)],
  )
})

test('systemRoutes.find() asks nobody about nothing', async () => {
  const routeTo = await systemRoutes.find([], signal)
  assert.is(routeTo({ family: 4, value: 1n }), undefined)
})

if (inOwnNamespace(fileURLToPath(import.meta.url))) test.run()
