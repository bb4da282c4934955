import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readPolicy } from '../../src/pipeline.ts'
import type { DirectedLists } from '../../src/policy/host-view.ts'
import { resolveHost } from '../../src/resolve/resolve-host.ts'
import { allow, allowAll, e0, filesOf, labFacts, policy, tier, workload } from '../kernel/packet-policies.ts'

function view(documents: readonly object[]) {
  const policySet = readPolicy(filesOf({ documents })).value
  return resolveHost({ policySet, facts: labFacts(), failsafes: 'minimal', controlPorts: [] }).value
}

const textOf = (lists: DirectedLists | undefined) =>
  (['ingress', 'egress'] as const).map((direction) =>
    lists?.[direction].tiers
      .map(
        ({ name, defaultAction, policies }) => `${name} ${defaultAction}: ${policies.map((one) => one.name).join(' ')}`,
      )
      .join('; '),
  )

const both = { ingress: [allow()], egress: [allow()] }
const documents = [
  e0(allowAll),
  workload('a', 'cali1', { ipNetworks: ['10.65.0.2'] }),
  tier('sec', { order: 1 }),
  tier('soft', { order: 2, defaultAction: 'Pass' }),
  policy('raw', { selector: '', doNotTrack: true, applyOnForward: true, tier: 'sec', ...both }),
  policy('pre', { selector: '', preDNAT: true, applyOnForward: true, tier: 'sec', ingress: [allow()] }),
  policy('ahead', { selector: '', applyOnForward: true, tier: 'soft', ...both }),
  policy('plain', { selector: '', egress: [allow()] }),
]

test('hostEndpointListsOf() puts each policy into the lists of its stage, in tiers by order (EV-2, EV-3)', () => {
  const { lists } = view(documents).endpoints[0] ?? {}
  assert.equal(textOf(lists?.normal), ['soft Pass: ahead', 'soft Pass: ahead; default Deny: plain'])
  assert.equal(textOf(lists?.forward), ['soft Pass: ahead', 'soft Pass: ahead'])
})

test('hostEndpointListsOf() never denies at the end of an early tier (EV-5), nor asks for egress before DNAT', () => {
  const { lists } = view(documents).endpoints[0] ?? {}
  assert.equal(textOf(lists?.untracked), ['sec Pass: raw', 'sec Pass: raw'])
  assert.equal(textOf(lists?.preDnat), ['sec Pass: pre', ''])
})

test('hostEndpointListsOf() has profiles in the normal lists alone (EV-22)', () => {
  const { lists } = view(documents).endpoints[0] ?? {}
  const count = (list: DirectedLists | undefined) => [list?.ingress.profiles.length, list?.egress.profiles.length]
  assert.equal(count(lists?.normal), [1, 1])
  for (const list of [lists?.untracked, lists?.preDnat, lists?.forward]) assert.equal(count(list), [0, 0])
})

test('workloadListsOf() has normal policies alone, with profiles (EV-6)', () => {
  const { lists } = view(documents).workloads[0] ?? {}
  assert.equal(textOf(lists), ['soft Pass: ahead', 'soft Pass: ahead; default Deny: plain'])
  assert.is(lists?.ingress.profiles.length, 1)
})

test('a tier without an order comes last, after the default one; ties go by name (EV-2)', () => {
  const names = ['late', 'also-late', 'early']
  const tiers = names.map((name) => tier(name, name === 'early' ? { order: -1 } : {}))
  const policies = [...names, 'default'].map((name) => policy(`in-${name}`, { tier: name, ingress: [allow()] }))
  const { lists } = view([e0(), ...tiers, ...policies]).endpoints[0] ?? {}
  assert.equal(
    lists?.normal.ingress.tiers.map(({ name }) => name),
    ['early', 'default', 'also-late', 'late'],
  )
})

test.run()
