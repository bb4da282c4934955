/** The policy of a revision as a whole. */

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { check, documentOf, fileOf } from './policy-files.ts'

const setOf = (...texts: readonly string[]) =>
  check(texts.map((text, index) => fileOf(`${index}.yaml`, text))).policySet
const within = (namespace: string, text: string) =>
  text.replace(/\{name: (\w+)\}/, `{name: $1, namespace: ${namespace}}`)

test('policySetOf() has the default tier whether or not it is written', () => {
  const tiersOf = (...texts: readonly string[]) =>
    setOf(...texts).tiers.map(({ name, order, defaultAction }) => `${name} ${order} ${defaultAction}`)
  assert.equal(tiersOf(), ['default 1000000 Deny'])
  assert.equal(tiersOf(documentOf('Tier', 'default', 'order: 1000000')), ['default 1000000 Deny'])
  assert.equal(tiersOf(documentOf('Tier', 'late', 'defaultAction: Pass')), [
    'default 1000000 Deny',
    'late Infinity Pass',
  ])
})

test('policySetOf() tells things of one name apart by kind and namespace', () => {
  const policy = documentOf('NetworkPolicy', 'p', 'order: 1')
  const { policies } = setOf(
    within('b', policy),
    within('a', policy),
    documentOf('GlobalNetworkPolicy', 'p', 'order: 1'),
  )
  assert.equal(
    policies.map(({ kind, namespace }) => [kind, namespace]),
    [
      ['GlobalNetworkPolicy', undefined],
      ['NetworkPolicy', 'a'],
      ['NetworkPolicy', 'b'],
    ],
  )
})

test('policySetOf() gives a network set of a namespace the labels of the profile of that namespace, its own first', () => {
  const set = within('shop', documentOf('NetworkSet', 's', 'nets: [10.0.0.0/8]')).replace(
    'namespace: shop',
    'namespace: shop, labels: {env: own}',
  )
  const profile = documentOf('Profile', 'kns.shop', 'labelsToApply: {env: inherited, pcns.a: b}')
  const labels = new Map(setOf(set, profile).networkSets[0]?.labels)
  assert.equal(
    ['env', 'pcns.a', 'projectcalico.org/namespace'].map((key) => labels.get(key)),
    ['own', 'b', 'shop'],
  )
  assert.is(setOf(documentOf('GlobalNetworkSet', 's', 'nets: []'), profile).networkSets[0]?.labels.size, 0)
})

test('policySetOf() keeps staged policies apart, and leaves out those that stage nothing', () => {
  const staged = (name: string, action: string) =>
    documentOf('StagedGlobalNetworkPolicy', name, `stagedAction: ${action}`)
  const { policies, stagedPolicies } = setOf(staged('a', 'Set'), staged('b', 'Delete'), staged('c', 'Ignore'))
  assert.equal(policies, [])
  assert.equal(
    stagedPolicies.map(({ kind, name, stagedAction }) => `${kind} ${name} ${stagedAction}`),
    ['StagedGlobalNetworkPolicy a Set', 'StagedGlobalNetworkPolicy b Delete'],
  )
})

test.run()
