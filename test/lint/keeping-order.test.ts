import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { findDuplicateSets } from '../../src/lint/duplicate-sets.ts'
import { findUnownedPolicies } from '../../src/lint/unowned-policies.ts'
import { allow, networkSet, policy } from '../kernel/packet-policies.ts'
import { foundBy } from './found.ts'

const owned = (document: object, annotations: object = { 'rampart/owner': 'shop' }) => ({
  ...document,
  metadata: { ...('metadata' in document ? (document.metadata as object) : {}), annotations },
})
const plain = (name: string) => policy(name, { ingress: [allow()] })

test('findUnownedPolicies() misses owners only where most policies have one: unowned-policy', () => {
  const counted = (...documents: readonly object[]) => foundBy(findUnownedPolicies, ...documents).length
  assert.is(counted(plain('a'), plain('b')), 0)
  assert.is(counted(owned(plain('a')), plain('b'), plain('c')), 0, 'it begins somewhere')
  assert.is(counted(owned(plain('a')), plain('b')), 1)
  const rule = { ...allow(), metadata: { annotations: { 'rampart/owner': 'shop' } } }
  assert.is(counted(owned(plain('a')), policy('b', { ingress: [rule] })), 0, 'each rule has one')
  assert.is(counted(owned(plain('a')), policy('b', { ingress: [rule, allow()] })), 1)
  assert.is(counted(owned(plain('a')), owned(plain('b'), { 'rampart/owner': ' ' })), 1)
})

test('findDuplicateSets() finds sets of the same addresses, however they are written: duplicate-set', () => {
  const set = (name: string, ...nets: readonly string[]) => networkSet(name, {}, nets)
  assert.equal(
    foundBy(findDuplicateSets, set('a', '10.0.0.0/24', '10.0.1.0/24'), set('b', '10.0.0.0/23', '10.0.0.7')),
    ['the network set "b" holds the same networks as "a", and one day somebody changes only one of them'],
  )
  assert.equal(
    foundBy(findDuplicateSets, set('a', '10.0.0.1'), set('b', '10.0.0.1')),
    [],
    'two purposes of one machine',
  )
  assert.equal(foundBy(findDuplicateSets, set('a'), set('b')), [])
  assert.equal(foundBy(findDuplicateSets, set('a', '10.0.0.1', 'fd00::1'), set('b', '10.0.0.1', 'fd00::2')), [])
})

test.run()
