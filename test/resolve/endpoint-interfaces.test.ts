import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readPolicy } from '../../src/pipeline.ts'
import { assignInterfaces } from '../../src/resolve/endpoint-interfaces.ts'
import { readHostFacts } from '../../src/validate/read-host-facts.ts'
import { endpoint, filesOf } from '../kernel/packet-policies.ts'

const facts = (interfaces: Readonly<Record<string, readonly string[]>>) => {
  const list = Object.entries(interfaces).map(([name, addresses]) => ({ name, addresses }))
  const read = readHostFacts({ path: 'host.json', text: JSON.stringify({ node: 'h1', interfaces: list }) }).value
  if (read === undefined) throw new Error('the facts are not valid')
  return read
}

const twoCards = { eth0: ['203.0.113.10/24', 'fe80::1/64'], eth1: ['10.0.0.1/24'], cali1: ['10.65.0.1/32'] }

function assign(documents: readonly object[], interfaces: Readonly<Record<string, readonly string[]>> = twoCards) {
  const { hostEndpoints } = readPolicy(filesOf({ documents })).value
  const { value, diagnostics } = assignInterfaces({
    endpoints: hostEndpoints,
    facts: facts(interfaces),
    prefixes: ['cali'],
    excluded: ['kube-ipvs0', 'docker*'],
  })
  return {
    governing: value.governing.map(
      (one) => `${one.endpoint.name}: ${one.interfaces === '*' ? '*' : one.interfaces.join(' ')}`,
    ),
    idle: value.idle.map(({ name }) => name),
    codes: diagnostics.map(({ code }) => code),
    messages: diagnostics.map(({ message }) => message),
  }
}

test('assignInterfaces() gives an interface to the endpoint that names it, and to one that expects its address (IF-11)', () => {
  const byName = endpoint('named', { interfaceName: 'eth1' })
  const byAddress = endpoint('found', { expectedIPs: ['203.0.113.10'] })
  assert.equal(assign([byName, byAddress]).governing, ['found: eth0', 'named: eth1'])
})

test('assignInterfaces() compares addresses, not their text, link-local ones too (IF-11)', () => {
  assert.equal(assign([endpoint('six', { expectedIPs: ['FE80:0::0001'] })]).governing, ['six: eth0'])
})

test('assignInterfaces() does not ask a named endpoint for its addresses (IF-12)', () => {
  const moved = endpoint('moved', { interfaceName: 'eth0', expectedIPs: ['10.0.0.1'] })
  assert.equal(assign([moved]).governing, ['moved: eth0'])
})

test('assignInterfaces() prefers the smaller name, whether it matches by name or by address (IF-13)', () => {
  const byAddress = endpoint('b', { expectedIPs: ['203.0.113.10'] })
  const after = assign([byAddress, endpoint('c', { interfaceName: 'eth0' })])
  assert.equal(after.governing, ['b: eth0'])
  assert.equal(after.idle, ['c'])
  assert.equal(after.codes, ['shadowed-endpoint'])
  const before = assign([byAddress, endpoint('a', { interfaceName: 'eth0' })])
  assert.equal(before.governing, ['a: eth0'])
  assert.equal(before.messages, [
    'host endpoint "b" does not govern interface "eth0" of h1: "a" has the smaller name and wins',
  ])
})

test('assignInterfaces() gives a nameless endpoint all interfaces that it wins (IF-14)', () => {
  const both = endpoint('m', { expectedIPs: ['10.0.0.1', '203.0.113.10'] })
  assert.equal(assign([both]).governing, ['m: eth0 eth1'])
  const one = assign([both, endpoint('a', { interfaceName: 'eth1' })])
  assert.equal(one.governing, ['a: eth1', 'm: eth0'])
  assert.equal(one.idle, [])
})

test('assignInterfaces() takes the star endpoint with the smallest name, last (IF-15)', () => {
  const stars = [endpoint('z', { interfaceName: '*' }), endpoint('b', { interfaceName: '*' })]
  const { governing, idle, codes } = assign([...stars, endpoint('zz', { interfaceName: 'eth0' })])
  assert.equal(governing, ['zz: eth0', 'b: *'])
  assert.equal(idle, ['z'])
  assert.equal(codes, ['shadowed-endpoint'])
})

test('assignInterfaces() follows an address that moves (IF-17)', () => {
  const found = [endpoint('found', { expectedIPs: ['10.0.0.1'] })]
  assert.equal(assign(found, { eth0: ['10.0.0.1/24'], eth1: [] }).governing, ['found: eth0'])
  assert.equal(assign(found, { eth0: [], eth1: ['10.0.0.1/24'] }).governing, ['found: eth1'])
  assert.equal(assign(found, { eth0: [], eth1: [] }).messages, [
    'host endpoint "found" governs nothing: no interface of h1 has 10.0.0.1',
  ])
})

test('assignInterfaces() governs a named interface that does not exist yet (IF-18)', () => {
  assert.equal(assign([endpoint('ahead', { interfaceName: 'eth7' })]), {
    governing: ['ahead: eth7'],
    idle: [],
    codes: [],
    messages: [],
  })
})

test('assignInterfaces() leaves workload interfaces alone, by name and by address (IF-1)', () => {
  const { governing, codes } = assign([
    endpoint('named', { interfaceName: 'cali1' }),
    endpoint('found', { expectedIPs: ['10.65.0.1'] }),
  ])
  assert.equal(governing, [])
  assert.equal([...codes].sort(), ['unresolved-endpoint', 'workload-interface'])
})

test('assignInterfaces() does not see excluded interfaces, by name or by address (IF-2)', () => {
  const interfaces = { docker0: ['172.17.0.1/16'], 'kube-ipvs0': ['10.96.0.1/32'], dock: ['10.0.0.1/24'] }
  const byName = endpoint('named', { interfaceName: 'docker1' })
  const byAddress = endpoint('found', { expectedIPs: ['172.17.0.1', '10.96.0.1'] })
  const seen = endpoint('seen', { interfaceName: 'dock' })
  const { governing, idle } = assign([byName, byAddress, seen], interfaces)
  assert.equal(governing, ['seen: dock'])
  assert.equal(idle, ['found', 'named'])
})

test('assignInterfaces() leaves an interface alone whose name nft cannot write, and says so', () => {
  const names = ['et"h', 'eth*', 'et\\h', 'et*h']
  const interfaces = Object.fromEntries(names.map((name, at) => [name, [`10.0.0.${at + 1}/24`]]))
  const found = endpoint('found', { expectedIPs: names.map((_, at) => `10.0.0.${at + 1}`) })
  const { governing, codes, messages } = assign([found], interfaces)
  assert.equal(governing, ['found: et*h'])
  assert.equal(
    codes,
    names.slice(0, 3).map(() => 'unwritable-interface'),
  )
  assert.match(messages[0] ?? '', 'interface "et\\"h": nft cannot write this name')
})

test.run()
