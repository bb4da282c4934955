import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readPolicy } from '../../src/pipeline.ts'
import { policyAt } from '../../src/policy/expiry.ts'
import type { PolicyRule } from '../../src/policy/rule.ts'
import { fileOf } from '../validate/policy-files.ts'

const test = suite('policyAt')
const end = Date.parse('2030-01-31T18:00:00Z')
const text = `apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: whole, annotations: {rampart/expires: "2030-01-31T18:00:00Z"}}
spec:
  ingress:
    - {action: Deny, source: {nets: [192.0.2.0/24]}}
    - {action: Allow, source: {nets: [10.0.0.0/8]}}
    - action: Allow
      metadata: {annotations: {rampart/expires: "2031-01-01T00:00:00Z"}}
    - action: Allow
      metadata: {annotations: {rampart/expires: "2029-01-01T00:00:00Z"}}
    - {action: Pass}
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: single}
spec:
  egress:
    - action: Allow
      metadata: {annotations: {rampart/expires: "2030-01-31T18:00:00.999Z"}}
    - {action: Allow, metadata: {annotations: {owner: me}}}
`
const reading = readPolicy([fileOf('a.yaml', text)])
const { value: policySet, diagnostics } = reading

/** Which rules can match, in order. */
function inForce(name: string, atMs: number): readonly boolean[] {
  const policy = policyAt(policySet, new Date(atMs)).policies.find((one) => one.name === name)
  const canMatch = ({ source }: PolicyRule) => source.nets === undefined || source.nets.length > 0
  return [...(policy?.ingress ?? []), ...(policy?.egress ?? [])].map(canMatch)
}

test('the policy is valid', () => assert.equal(diagnostics, []))

test('policyAt() ends an Allow at its moment, not a millisecond before', () => {
  assert.equal(inForce('single', end - 1), [true, true])
  assert.equal(inForce('single', end), [false, true])
})

test('policyAt() ends the Allow rules of a policy, the earlier of two ends counts, and the rest stays', () => {
  assert.equal(inForce('whole', Date.parse('2028-12-31T23:59:59Z')), [true, true, true, true, true])
  assert.equal(inForce('whole', end - 1), [true, true, true, false, true])
  assert.equal(inForce('whole', end), [true, false, false, false, true])
})

test('policyAt() keeps the place of each rule, and the same objects where nothing is over', () => {
  const later = policyAt(policySet, new Date(end))
  assert.equal(
    later.policies.map(({ ingress, egress }) => [ingress.length, egress.length]),
    policySet.policies.map(({ ingress, egress }) => [ingress.length, egress.length]),
  )
  const before = policyAt(policySet, new Date(0))
  assert.is(before, policySet)
})

test('policyAt() gives the same objects at two moments between which nothing ends, and in the next revision', () => {
  const last = Date.parse('2031-01-01T00:00:00Z')
  const [first, second] = [policyAt(policySet, new Date(end)), policyAt(policySet, new Date(end + 1000))]
  assert.is(first, second)
  const more = readPolicy(
    [fileOf('a.yaml', text), fileOf('b.yaml', text.replaceAll('name: ', 'name: other-'))],
    reading,
  )
  const next = policyAt(more.value, new Date(end))
  assert.equal(
    next.policies.filter(({ name }) => !name.startsWith('other-')).map((policy) => first.policies.includes(policy)),
    [true, true],
  )
  assert.is(policyAt(policySet, new Date(0)).policies, policySet.policies)
  assert.is.not(policyAt(policySet, new Date(last)).policies, policySet.policies)
})

test('policyAt() gives the same objects until the next Allow ends', () => {
  const first = policyAt(policySet, new Date(end - 2)).policies
  assert.is.not(first, policySet.policies)
  assert.is(policyAt(policySet, new Date(end - 1)).policies, first)
  const last = policyAt(policySet, new Date(end)).policies
  assert.is(policyAt(policySet, new Date(end + 1)).policies, last)
  assert.ok(last.every((policy, index) => policy !== first[index]))
})

test.run()
