import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readAddress } from '../../src/net/address.ts'
import { readPacket } from '../../src/packet/read-packet.ts'
import { readPolicy } from '../../src/pipeline.ts'
import { resolveHost } from '../../src/resolve/resolve-host.ts'
import { surroundingsOf } from '../../src/resolve/surroundings.ts'

const test = suite('surroundingsOf')

const workload = `apiVersion: projectcalico.org/v3
kind: WorkloadEndpoint
metadata: {name: a}
spec: {node: gw, orchestrator: k8s, pod: a, endpoint: eth0, interfaceName: cali1, ipNetworks: [10.65.0.2/32, 2001:db8:65::2/128]}
`
const link = { name: 'eth0', up: true, master: undefined }
const own = readAddress('203.0.113.10')
const addresses =
  own === undefined ? [] : [{ address: own, network: { family: 4, base: own.value, prefix: 32 } as const }]
const facts = { node: 'gw', interfaces: [{ ...link, addresses }] }
const file = { path: 'a.yaml', type: 'file', contentId: 'a', bytes: new TextEncoder().encode(workload) } as const
const policySet = readPolicy([file]).value
const view = resolveHost({ policySet, facts, failsafes: 'minimal', controlPorts: [] }).value
const surroundings = surroundingsOf(view, facts)

function isLocal(text: string): boolean {
  const address = readAddress(text)
  return address !== undefined && surroundings.isLocal(address)
}

function isSpoofed(words: string): boolean {
  const { packet, faults } = readPacket(`${words} proto=253`.split(' '))
  assert.equal(faults, [])
  return packet !== undefined && surroundings.isSpoofed(packet)
}

test('isLocal() knows loopback and the addresses of interfaces', () => {
  assert.equal(['203.0.113.10', '127.0.0.1', '127.9.9.9', '::1'].map(isLocal), [true, true, true, true])
  assert.equal(['203.0.113.11', '10.65.0.2', '::2'].map(isLocal), [false, false, false])
})

test('isLocal() takes a broadcast for the host, too: DHCP answers by it, and nobody passes it on', () => {
  const network = { family: 4, base: 0xcb007100n, prefix: 24 } as const
  const wide = { ...facts, interfaces: [{ ...link, addresses: addresses.map((one) => ({ ...one, network })) }] }
  const { isLocal: isLocalThere } = surroundingsOf(view, wide)
  const answers = ['255.255.255.255', '203.0.113.255', '203.0.113.254', '10.0.0.255'].map((text) => {
    const address = readAddress(text)
    return address !== undefined && isLocalThere(address)
  })
  assert.equal(answers, [true, true, false, false])
})

test('isSpoofed() is about workload interfaces alone: their own addresses and link-local ones are routed to them (EV-44)', () => {
  const to4 = 'oif=eth0 dst=198.51.100.1'
  const to6 = 'oif=eth0 dst=2001:db8::1'
  assert.not(isSpoofed(`iif=cali1 src=10.65.0.2 ${to4}`))
  assert.not(isSpoofed(`iif=cali1 src=2001:db8:65::2 ${to6}`))
  assert.not(isSpoofed(`iif=cali1 src=fe80::5 ${to6}`))
  assert.not(isSpoofed(`iif=eth1 src=10.65.0.9 ${to4}`))
  assert.ok(isSpoofed(`iif=cali1 src=fe80:0:0:1::5 ${to6}`))
  assert.ok(isSpoofed(`iif=cali1 src=10.65.0.3 ${to4}`))
  assert.ok(isSpoofed(`iif=cali1 src=2001:db8:65::3 ${to6}`))
  assert.ok(isSpoofed(`iif=cali9 src=10.65.0.2 ${to4}`))
})

test('isSpoofed() lets a machine without an address speak to its whole link, as the kernel does', () => {
  assert.not(isSpoofed('iif=cali1 src=0.0.0.0 dst=255.255.255.255'))
  assert.not(isSpoofed('iif=cali1 src=0.0.0.0 dst=224.0.0.22'))
  assert.ok(isSpoofed('iif=cali1 src=0.1.2.3 dst=255.255.255.255'))
  assert.ok(isSpoofed('iif=cali1 src=0.0.0.0 dst=224.0.1.1'))
  assert.ok(isSpoofed('iif=cali1 src=0.0.0.0 dst=10.65.0.255'))
})

test.run()
