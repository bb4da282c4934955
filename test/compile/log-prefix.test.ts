import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { logPrefixOf } from '../../src/compile/log-prefix.ts'

const place = {
  kind: 'NetworkPolicy',
  namespace: 'shop',
  name: 'web',
  tier: 'default',
  direction: 'ingress',
  index: 0,
} as const

test('logPrefixOf() ends a prefix with a colon and a blank (RM-50)', () => {
  assert.is(logPrefixOf('calico-packet', place), 'calico-packet: ')
})

test('logPrefixOf() fills in tier, kind, name, and namespace with name', () => {
  assert.is(logPrefixOf('%t|%k|%n|%p', place), 'default|np|web|shop/web: ')
  assert.is(logPrefixOf('%k', { ...place, kind: 'GlobalNetworkPolicy', namespace: undefined }), 'gnp: ')
  assert.is(logPrefixOf('%k', { ...place, kind: 'Profile', namespace: undefined, tier: '' }), 'pro: ')
  assert.is(logPrefixOf('%p %n', { ...place, namespace: undefined }), 'web web: ')
})

test('logPrefixOf() fills in once: what a name brings is no specifier, and others stay', () => {
  assert.is(logPrefixOf('%n%x %', { ...place, name: '%t' }), '%t%x %: ')
})

test('logPrefixOf() is at most the 127 bytes that nft takes', () => {
  assert.is(logPrefixOf('%n', { ...place, name: 'x'.repeat(125) }).length, 127)
  assert.is(logPrefixOf('%n', { ...place, name: 'x'.repeat(253) }).length, 127)
})

test.run()
