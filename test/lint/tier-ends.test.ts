import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { findEmptyDirections } from '../../src/lint/empty-directions.ts'
import { findPoliciesWithoutAllow } from '../../src/lint/policies-without-allow.ts'
import { allow, deny, e0, e1, policy, tcpTo, tier, workload } from '../kernel/packet-policies.ts'
import { foundBy } from './found.ts'

const log = { action: 'Log' }
const counted = (...documents: readonly object[]) => foundBy(findPoliciesWithoutAllow, ...documents).length
const some = deny({ source: { nets: ['192.0.2.0/24'] } })

test('TierEnds.closedBy() finds what only logs or only denies: log-only-policy, deny-only-policy (P8, P9)', () => {
  assert.equal(foundBy(findPoliciesWithoutAllow, e0(), policy('p', { ingress: [log] })), [
    'the policy "p" only logs, and nothing in its tier allows, so it closes all ingress of "e0"',
  ])
  assert.equal(foundBy(findPoliciesWithoutAllow, e0(), policy('p', { egress: [log, some] })), [
    'the policy "p" only denies, and nothing in its tier allows, so it closes all egress of "e0"',
  ])
})

test('TierEnds.closedBy() is silent where the rest is decided', () => {
  const blocklist = policy('blocklist', { order: 1, ingress: [some] })
  for (const rest of [allow(tcpTo(443)), { action: 'Pass' }, deny()])
    assert.is(counted(e0(), blocklist, policy('rest', { ingress: [rest] })), 0, JSON.stringify(rest))
  assert.is(counted(e0(), blocklist, policy('rest', { ingress: [], types: ['Ingress'] })), 0, 'closed on purpose')
  assert.is(counted(e0(), blocklist, policy('rest', { egress: [allow()] })), 1, 'the other direction')
  assert.is(counted(e0(), e1(), blocklist, policy('rest', { selector: "hep == 'e1'", ingress: [allow()] })), 1)
})

test('TierEnds.closedBy() asks tier by tier, and lets tiers be that pass at their end', () => {
  const early = policy('early.block', { tier: 'early', ingress: [some] })
  const rest = policy('rest', { ingress: [allow()] })
  assert.is(counted(e0(), tier('early', { order: 1 }), early, rest), 1)
  assert.is(counted(e0(), tier('early', { order: 1, defaultAction: 'Pass' }), early, rest), 0)
})

test('TierEnds.closedBy() asks for forwarded packets apart, and never of early stages', () => {
  const forward = policy('block', { applyOnForward: true, ingress: [some] })
  assert.equal(foundBy(findPoliciesWithoutAllow, e0(), forward, policy('rest', { ingress: [allow()] })), [
    'the policy "block" only denies, and nothing in its tier allows, so it closes all ingress of packets that "e0" forwards',
  ])
  assert.is(counted(e0(), policy('p', { preDNAT: true, applyOnForward: true, ingress: [log, some] })), 0)
  assert.is(counted(e0(), policy('p', { doNotTrack: true, applyOnForward: true, ingress: [log, some] })), 0)
  assert.is(
    counted(
      workload('w', 'cali1', { ipNetworks: ['10.65.0.2/32'] }),
      policy('p', { selector: 'all()', ingress: [some] }),
    ),
    1,
  )
  assert.is(counted(policy('p', { ingress: [some] })), 0, 'no endpoint')
})

test('findEmptyDirections() warns of a direction that is named and has no rule: empty-direction (EX-28)', () => {
  const both = policy('p', { types: ['Ingress', 'Egress'], ingress: [allow(tcpTo(443))] })
  assert.equal(foundBy(findEmptyDirections, e0(), both), [
    'types names Egress, but neither the policy "p" nor another of its tier has an egress rule that allows, so it closes all egress of "e0"',
  ])
  assert.equal(foundBy(findEmptyDirections, e0(), both, policy('out', { egress: [allow()] })), [])
  assert.equal(foundBy(findEmptyDirections, e0(), policy('p', { types: ['Ingress', 'Egress'] })), [], 'default deny')
  assert.equal(foundBy(findEmptyDirections, e0(), policy('p', { ingress: [allow()] })), [])
})

test.run()
