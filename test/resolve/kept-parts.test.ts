/** One thing changes in a fleet: what resolveHost() gives for it is another object, and all else is the object of before. */

import { deepStrictEqual } from 'node:assert'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { effectiveLabels } from '../../src/policy/effective-labels.ts'
import type { HostView, PolicyList } from '../../src/policy/host-view.ts'
import type { PolicySet } from '../../src/policy/policy-set.ts'
import type { Labels } from '../../src/policy/resource.ts'
import { deriveFacts } from '../../src/resolve/derive-facts.ts'
import { resolveHost } from '../../src/resolve/resolve-host.ts'
import { matchesSelector } from '../../src/selector/match-selector.ts'
import { selectorOf } from '../bench/fleet-words.ts'
import { generatePolicySet, ipv4, localNode } from '../bench/generate-policy-set.ts'

const test = suite('resolveHost() after one change')

const fleet = generatePolicySet({ endpoints: 600, policies: 300, local: 10, networkSets: 30 })
const facts = deriveFacts(fleet, localNode)
const before = resolve(fleet)
const profiles = new Map(fleet.profiles.map((one) => [one.name, one]))
const remote = fleet.hostEndpoints.findIndex(({ node }) => node !== localNode)
const remoteEndpoint = known(fleet.hostEndpoints[remote])

function resolve(policySet: PolicySet, last?: HostView, factsNow = facts): HostView {
  return resolveHost({ policySet, facts: factsNow, failsafes: 'minimal', controlPorts: [] }, last).value
}

/** Checked against what it is from nothing. */
function changed(change: Partial<PolicySet>): HostView {
  const now = resolve({ ...fleet, ...change }, before)
  deepStrictEqual(now, resolve({ ...fleet, ...change }))
  return now
}

function replaced<Item>(list: readonly Item[], at: number, change: Partial<Item>): readonly Item[] {
  return list.map((item, index) => (index === at ? { ...item, ...change } : item))
}

function known<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('the fleet has it')
  return value
}

/** Canonical selectors whose peers are another object. */
function changedPeers(now: HostView): readonly string[] {
  return [...now.peers].flatMap(([text, peers]) => (before.peers.get(text) === peers ? [] : [text]))
}

function isPicked(text: string, labels: Labels): boolean {
  return matchesSelector(selectorOf(text), labels)
}

/** Of a view: what does not depend on other hosts. */
function ownParts({ endpoints, workloads, staged, idleEndpoints, settings }: HostView) {
  return { endpoints, workloads, staged, idleEndpoints, settings }
}

function assertSameParts<Parts extends object>(parts: Parts, others: Parts): void {
  const differing = Object.entries(parts).filter(([name, part]) => new Map(Object.entries(others)).get(name) !== part)
  assert.equal(
    differing.map(([name]) => name),
    [],
  )
}

test('nothing: the view itself, also when all is said again in other lists', () => {
  assert.is(changed({}), before)
  const { hostEndpoints, policies, tiers, profiles: own } = fleet
  assert.is(
    changed({ hostEndpoints: [...hostEndpoints], policies: [...policies], tiers: [...tiers], profiles: [...own] }),
    before,
  )
  assert.is(changed({ networkSets: fleet.networkSets.map((set) => ({ ...set })) }), before)
})

test('the address of an endpoint far away: the peers it belongs to', () => {
  const now = changed({ hostEndpoints: replaced(fleet.hostEndpoints, remote, { expectedIPs: [ipv4(123_456)] }) })
  const labels = effectiveLabels(remoteEndpoint, profiles)
  const expected = [...before.peers.keys()].filter((text) => isPicked(text, labels))
  assert.ok(expected.length > 0)
  assert.equal(changedPeers(now), expected)
  assertSameParts(ownParts(now), ownParts(before))
})

test('a label of an endpoint far away: the peers that it joins or leaves', () => {
  const labels = new Map(remoteEndpoint.labels).set('app', 'app-1').set('env', 'dev')
  const now = changed({ hostEndpoints: replaced(fleet.hostEndpoints, remote, { labels }) })
  const [old, next] = [remoteEndpoint, { ...remoteEndpoint, labels }].map((one) => effectiveLabels(one, profiles))
  const expected = [...before.peers.keys()].filter((text) => isPicked(text, known(old)) !== isPicked(text, known(next)))
  assert.ok(expected.length > 0)
  assert.equal(changedPeers(now), expected)
  assertSameParts(ownParts(now), ownParts(before))
})

test('one network of a set of thousands: networks that stay are the same objects', () => {
  const at = fleet.networkSets.findIndex(
    ({ name, labels }) =>
      name !== '' && [...before.peers.keys()].some((text) => text.startsWith('purpose') && isPicked(text, labels)),
  )
  const set = known(fleet.networkSets[at])
  const nets = Array.from({ length: 5000 }, (_, number) => ({
    family: 4 as const,
    base: 0x0b000000n + BigInt(number) * 2n,
    prefix: 32,
  }))
  const many = { ...fleet, networkSets: replaced(fleet.networkSets, at, { nets }) }
  const first = resolve(many, before)
  const copies = nets
    .map((net) => ({ ...net }))
    .toSpliced(2500, 1)
    .concat({ family: 4, base: 0x0b000001n, prefix: 32 })
  const second = { ...fleet, networkSets: replaced(fleet.networkSets, at, { nets: copies }) }
  const now = resolve(second, first)
  deepStrictEqual(now, resolve({ ...second }))
  const [text, peers] = known([...now.peers].find(([one]) => one.startsWith('purpose') && isPicked(one, set.labels)))
  const old = new Set(known(first.peers.get(text)).networks[4])
  assert.is(peers.networks[4].filter((network) => !old.has(network)).length, 1)
  assert.is(peers.networks[6], first.peers.get(text)?.networks[6])
})

test('so many endpoints far away that the large table is made anew', () => {
  const hostEndpoints = fleet.hostEndpoints.map((one, at) =>
    one.node === localNode ? one : { ...one, expectedIPs: [ipv4(200_000 + at)] },
  )
  const now = changed({ hostEndpoints })
  assertSameParts(ownParts(now), ownParts(before))
})

test('the labels that a profile gives: the peers of those who inherit them', () => {
  const labelsToApply = new Map([['purpose', 'purpose-7']])
  const at = fleet.profiles.findIndex(({ name }) =>
    fleet.hostEndpoints.some((one) => one.node !== localNode && one.profiles.includes(name)),
  )
  const now = changed({ profiles: replaced(fleet.profiles, at, { labelsToApply }) })
  assert.is(now.settings, before.settings)
})

test('a rule of one policy: the lists in its direction, and there the tier it is in', () => {
  const view = known(before.workloads[0])
  const [tier] = view.lists.ingress.tiers
  const [policy] = known(tier).policies
  const at = fleet.policies.indexOf(known(policy))
  const now = changed({
    policies: replaced(fleet.policies, at, { ingress: known(policy).ingress.map((rule) => ({ ...rule })) }),
  })
  const lists = known(now.workloads[0]).lists
  const others = (list: PolicyList) => list.tiers.filter(({ name }) => name !== tier?.name)
  assert.is.not(lists.ingress.tiers[0], tier)
  assert.ok(others(lists.ingress).every((one) => view.lists.ingress.tiers.includes(one)))
  for (const [index, workload] of now.workloads.entries()) {
    const concerned = [...workload.lists.ingress.tiers, ...workload.lists.egress.tiers].some(({ policies }) =>
      policies.some(({ name }) => name === policy?.name),
    )
    assert.is(workload === before.workloads[index], !concerned)
  }
  assert.is(now.peers, before.peers)
})

test('an address of an interface that an endpoint names: nothing', () => {
  const [first] = facts.interfaces
  const more = {
    ...known(first),
    addresses: [{ address: ipv4(99), network: { family: 4 as const, base: ipv4(99).value, prefix: 32 } }],
  }
  assert.is(resolve(fleet, before, { ...facts, interfaces: [more, ...facts.interfaces.slice(1)] }), before)
})

test.run()
