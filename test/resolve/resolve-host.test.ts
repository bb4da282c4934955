import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { printCidr } from '../../src/net/cidr.ts'
import { readPolicy } from '../../src/pipeline.ts'
import type { Profile } from '../../src/policy/profile.ts'
import { deriveFacts, nodesOf } from '../../src/resolve/derive-facts.ts'
import { hostSettings } from '../../src/resolve/host-settings.ts'
import { hostEndpointListsOf } from '../../src/resolve/policy-lists.ts'
import { resolveHost } from '../../src/resolve/resolve-host.ts'
import {
  allow,
  allowAll,
  e0,
  endpoint,
  failsafes,
  filesOf,
  labFacts,
  networkSet,
  policy,
  profile,
} from '../kernel/packet-policies.ts'

const read = (documents: readonly object[]) => readPolicy(filesOf({ documents })).value
const resolve = (documents: readonly object[]) =>
  resolveHost({ policySet: read(documents), facts: labFacts(), failsafes: 'minimal', controlPorts: [] }).value
const namesIn = (documents: readonly object[], direction: 'ingress' | 'egress' = 'ingress') =>
  resolve(documents).endpoints[0]?.lists.normal[direction].tiers.flatMap((tier) =>
    tier.policies.map(({ name }) => name),
  )

test('resolveHost() sorts policies by order, then by name; without an order they come last (EV-2)', () => {
  const orders: Readonly<Record<string, number | undefined>> = {
    z: -1.5,
    y: 0,
    b: 10,
    'a-2': 10,
    'a-10': 10,
    x: 1e300,
    a: undefined,
    'a-1': undefined,
  }
  const documents = Object.entries(orders).map(([name, order]) => policy(name, { order, ingress: [allow()] }))
  assert.equal(namesIn([e0(), ...documents]), ['z', 'y', 'a-10', 'a-2', 'b', 'x', 'a', 'a-1'])
})

test('resolveHost() lists a policy in the directions of its types only, rules or not (EV-1)', () => {
  const documents = [
    e0(),
    policy('in', { ingress: [allow()] }),
    policy('out', { types: ['Egress'] }),
    policy('none', {}),
  ]
  assert.equal(namesIn(documents), ['in', 'none'])
  assert.equal(namesIn(documents, 'egress'), ['out'])
})

test('resolveHost() has no tier where no policy applies (EV-4)', () => {
  const view = resolve([e0(allowAll), policy('other', { selector: "hep == 'e1'", ingress: [allow()] })])
  assert.equal(view.endpoints[0]?.lists.normal.ingress.tiers, [])
  assert.equal(
    view.endpoints[0]?.lists.normal.ingress.profiles.map(({ name }) => name),
    ['projectcalico-default-allow'],
  )
})

test('resolveHost() lets own labels win over inherited ones, and the first profile over the second (SEL-11)', () => {
  const documents = [
    endpoint('e0', { interfaceName: 'eth0', profiles: ['one', 'two'] }, { env: 'own' }),
    profile('one', { labelsToApply: { env: 'one', site: 'one' } }),
    profile('two', { labelsToApply: { site: 'two', floor: 'two' } }),
    ...["env == 'own'", "env == 'one'", "site == 'one'", "site == 'two'", "floor == 'two'"].map((selector, at) =>
      policy(`p-${at}`, { selector, ingress: [allow()] }),
    ),
  ]
  assert.equal(namesIn(documents), ['p-0', 'p-2', 'p-4'])
})

test('resolveHost() finds peers on all nodes and in all sets, inherited labels included (SEL-13, SEL-14)', () => {
  const selector = "role == 'db'"
  const view = resolve([
    e0(),
    endpoint('here', { interfaceName: 'eth1', expectedIPs: ['10.0.0.1', '2001:db8::1'] }, { role: 'db' }),
    endpoint('far', { node: 'h2', interfaceName: 'eth0', expectedIPs: ['10.0.0.2', '10.0.0.1'] }, { role: 'db' }),
    endpoint('lent', { node: 'h3', interfaceName: 'eth0', expectedIPs: ['10.0.0.3'], profiles: ['lender'] }, {}),
    endpoint('silent', { node: 'h4', interfaceName: 'eth0' }, { role: 'db' }),
    profile('lender', { labelsToApply: { role: 'db' } }),
    networkSet('set', { role: 'db' }, ['10.0.0.5/24', '10.0.0.2', '2001:db8:5::/64']),
    policy('p', { ingress: [allow({ source: { selector } })] }),
  ])
  const networks = [...view.peers.values()][0]?.networks
  assert.equal(networks?.[4].map(printCidr), ['10.0.0.0/24', '10.0.0.1/32', '10.0.0.2/32', '10.0.0.3/32'])
  assert.equal(networks?.[6].map(printCidr), ['2001:db8::1/128', '2001:db8:5::/64'])
})

test('resolveHost() looks up equal selectors once, however they are written (IS-1)', () => {
  const written = ["a in {'y','x'}", "a  in { 'x', 'y', 'x' }", 'a in {"x","y"}']
  const rules = written.map((selector) => allow({ source: { selector } }))
  assert.is(resolve([e0(), policy('p', { ingress: rules })]).peers.size, 1)
})

test('hostEndpointListsOf() puts a profile that denies in the place of one that does not exist (EV-40)', () => {
  const { hostEndpoints } = read([e0(allowAll)])
  const [known] = hostEndpoints
  assert.ok(known)
  if (known === undefined) return
  const { normal } = hostEndpointListsOf([], {
    endpoint: { ...known, profiles: ['ghost', 'projectcalico-default-allow'] },
    tiers: [],
    profiles: new Map<string, Profile>(),
  })
  const actions = (direction: 'ingress' | 'egress') =>
    normal[direction].profiles.map((one) => one[direction].map(({ action }) => action))
  assert.equal(actions('ingress'), [['Deny'], ['Allow']])
  assert.equal(actions('egress'), [['Deny'], ['Allow']])
})

test('hostSettings() takes each list from the host, else from the default, else from the preset (FS-10)', () => {
  const inbound = [{ protocol: 'TCP', port: 2222 }]
  const policySet = read([failsafes(inbound, []), { ...failsafes([], inbound), metadata: { name: 'node.h1' } }])
  const settings = (node: string) =>
    hostSettings({ policySet, facts: { node }, failsafes: 'minimal', controlPorts: [] })
  assert.equal([settings('h1').failsafeInbound.length, settings('h1').failsafeOutbound.length], [0, 1])
  assert.equal([settings('h2').failsafeInbound.length, settings('h2').failsafeOutbound.length], [1, 0])
  assert.equal(settings('h1').interfacePrefixes, ['cali'])
})

test('hostSettings() opens the way to the repository, each port once, with the minimal preset only', () => {
  const ports = (preset: 'minimal' | 'calico-compat') =>
    hostSettings({ policySet: read([]), facts: { node: 'h1' }, failsafes: preset, controlPorts: [443, 53, 3128, 443] })
      .failsafeOutbound.filter(({ protocol }) => protocol === 6)
      .map(({ port }) => port)
  assert.equal(ports('minimal'), [53, 443, 3128])
  assert.equal(ports('calico-compat'), [179, 2379, 2380, 5473, 6443, 6666, 6667])
})

test('deriveFacts() makes up what a host far away must look like, and its endpoints then govern it', () => {
  const policySet = read([
    e0({ expectedIPs: ['203.0.113.10'] }),
    endpoint('nameless', { expectedIPs: ['2001:db8:113:4567:89ab:cdef:1234:5678'] }),
    endpoint('star', { interfaceName: '*' }),
    endpoint('far', { node: 'h2', interfaceName: 'eth0' }),
  ])
  assert.equal(nodesOf(policySet), ['h1', 'h2'])
  const facts = deriveFacts(policySet, 'h1')
  const names = facts.interfaces.map(({ name }) => name)
  assert.is(names.length, 2)
  assert.ok(names.every((name) => name.length <= 15))
  const view = resolveHost({ policySet, facts, failsafes: 'minimal', controlPorts: [] })
  assert.equal(
    view.value.endpoints.map((one) => one.endpoint.name),
    ['e0', 'nameless', 'star'],
  )
  assert.equal(view.diagnostics, [])
})

test.run()
