import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readPolicy } from '../../src/pipeline.ts'
import { releasedInterfaces } from '../../src/resolve/released-interfaces.ts'
import { resolveHost } from '../../src/resolve/resolve-host.ts'
import { readHostFacts } from '../../src/validate/read-host-facts.ts'
import { endpoint, filesOf } from '../kernel/packet-policies.ts'

type Interfaces = Readonly<Record<string, readonly string[]>>

function factsOf(interfaces: Interfaces) {
  const list = Object.entries(interfaces).map(([name, addresses]) => ({ name, addresses }))
  const read = readHostFacts({ path: 'host.json', text: JSON.stringify({ node: 'h1', interfaces: list }) }).value
  if (read === undefined) throw new Error('the facts are not valid')
  return read
}

function released(documents: readonly object[], [before, now]: readonly [Interfaces, Interfaces]) {
  const policySet = readPolicy(filesOf({ documents })).value
  const view = (interfaces: Interfaces) =>
    resolveHost({ policySet, facts: factsOf(interfaces), failsafes: 'minimal', controlPorts: [] }).value
  return releasedInterfaces(view(before), view(now), factsOf(now))
}

const found = endpoint('found', { expectedIPs: ['203.0.113.10'] })
const start = { eth0: ['203.0.113.10/24'], eth1: ['10.0.0.1/24'] }
const moved = { eth0: [], eth1: ['10.0.0.1/24', '203.0.113.10/24'] }

test('releasedInterfaces() names the interface that an address left, and where it went (IF-17)', () => {
  assert.equal(released([found], [start, moved]), [
    { interface: 'eth0', endpoint: 'found', movedTo: ['eth1'], governedBy: undefined },
  ])
  const gone = { eth0: [], eth1: ['10.0.0.1/24'] }
  assert.equal(released([found], [start, gone]), [
    { interface: 'eth0', endpoint: 'found', movedTo: [], governedBy: undefined },
  ])
})

test('releasedInterfaces() says who governs the interface now', () => {
  const star = endpoint('all', { interfaceName: '*' })
  assert.equal(released([found, star], [start, moved])[0]?.governedBy, 'all')
  const heir = endpoint('heir', { interfaceName: 'eth0' })
  assert.equal(released([found, heir], [start, moved])[0]?.governedBy, 'heir')
})

test('releasedInterfaces() is silent when nothing moved, the interface is gone, or an endpoint has it by name', () => {
  assert.equal(released([found], [start, start]), [])
  assert.equal(released([found], [start, { eth1: moved.eth1 }]), [])
  const named = endpoint('named', { interfaceName: 'eth0', expectedIPs: ['203.0.113.10'] })
  assert.equal(released([named], [start, moved]), [])
})

test.run()
