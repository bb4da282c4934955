import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readIpAddressShow, systemHostInspector } from '../../src/adapters/interfaces.ts'
import type { HostInterface } from '../../src/host/host-facts.ts'
import { printAddress } from '../../src/net/address.ts'
import { printCidr } from '../../src/net/cidr.ts'
import { HostError } from '../../src/reconcile/host-error.ts'

const test = suite('adapters/interfaces')

const link = (extra: object): string =>
  JSON.stringify([{ ifindex: 2, ifname: 'eth0', flags: ['BROADCAST', 'UP'], addr_info: [], ...extra }])
const shown = (link: HostInterface | undefined): readonly string[] =>
  (link?.addresses ?? []).map(({ address, network }) => `${printAddress(address)} in ${printCidr(network)}`)

function refusal(json: string): string {
  try {
    readIpAddressShow(json)
  } catch (error) {
    if (error instanceof HostError && error.code === 'facts-unreadable') return error.message
  }
  throw new Error('facts-unreadable was expected')
}

test('readIpAddressShow() gives addresses of both families with their networks, link-local ones too', () => {
  const [eth0] = readIpAddressShow(
    link({
      addr_info: [
        { family: 'inet', local: '192.0.2.2', prefixlen: 24, scope: 'global' },
        { family: 'inet6', local: 'fd00::2', prefixlen: 64, scope: 'global' },
        { family: 'inet6', local: 'fe80::fc:ff:fe00:1', prefixlen: 64, scope: 'link' },
      ],
    }),
  )
  assert.equal(shown(eth0), ['192.0.2.2 in 192.0.2.0/24', 'fd00::2 in fd00::/64', 'fe80::fc:ff:fe00:1 in fe80::/64'])
})

test('readIpAddressShow() takes the network of the peer when the link is point-to-point', () => {
  const [tunnel] = readIpAddressShow(
    link({ addr_info: [{ family: 'inet', local: '10.8.0.1', address: '10.8.0.2', prefixlen: 32 }] }),
  )
  assert.equal(shown(tunnel), ['10.8.0.1 in 10.8.0.2/32'])
})

test('readIpAddressShow() gives master and up flag, in name order', () => {
  const links = readIpAddressShow(
    JSON.stringify([
      {},
      { ifname: 'eth1', flags: ['BROADCAST', 'UP', 'LOWER_UP'], master: 'br0', addr_info: [] },
      { ifname: 'br0', flags: ['BROADCAST'] },
    ]),
  )
  assert.equal(links, [
    { name: 'br0', up: false, master: undefined, addresses: [] },
    { name: 'eth1', up: true, master: 'br0', addresses: [] },
  ])
})

test('readIpAddressShow() throws facts-unreadable when the text is not what ip prints', () => {
  assert.match(refusal('Error: argument "x" is wrong'), 'printed no JSON')
  assert.match(refusal('{}'), 'a list of interfaces was expected')
  for (const info of [
    { local: '10.0.0.300', prefixlen: 24 },
    { local: '10.0.0.1', prefixlen: 33 },
    { local: '10.0.0.1' },
    'x',
  ]) {
    assert.match(refusal(link({ addr_info: [info] })), 'interface "eth0" has the address')
  }
})

test('read() finds the loopback interface of this machine', async () => {
  const facts = await systemHostInspector.read('gw-1', new AbortController().signal)
  assert.is(facts.node, 'gw-1')
  assert.ok(facts.interfaces.some((link) => link.name === 'lo'))
})

test('read() throws aborted when it is stopped', async () => {
  try {
    await systemHostInspector.read('gw-1', AbortSignal.abort())
    assert.unreachable()
  } catch (error) {
    assert.is(error instanceof HostError ? error.code : error, 'aborted')
  }
})

test.run()
