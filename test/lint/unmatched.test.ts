import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { findUnmatchedPeers } from '../../src/lint/unmatched-peers.ts'
import { findUnmatchedPolicies } from '../../src/lint/unmatched-policies.ts'
import { allow, e0, networkSet, policy, profile, staged, stagedDelete, workload } from '../kernel/packet-policies.ts'
import { foundBy, messagesOf } from './found.ts'

test('findUnmatchedPolicies() warns of policies that apply to no endpoint: unmatched-policy', () => {
  const lost = policy('p', { selector: 'has(nobody)', ingress: [allow()] })
  assert.equal(foundBy(findUnmatchedPolicies, e0(), lost), ['the policy "p" applies to no endpoint'])
  assert.equal(foundBy(findUnmatchedPolicies, lost), [], 'the endpoints are elsewhere')
  assert.equal(foundBy(findUnmatchedPolicies, e0(), networkSet('s', { nobody: 'x' }, []), lost).length, 1)
  assert.equal(foundBy(findUnmatchedPolicies, e0(), staged('s', { selector: 'has(nobody)' })).length, 1)
  assert.equal(foundBy(findUnmatchedPolicies, e0(), policy('q', { selector: 'has(hep)' }), stagedDelete('q')), [])
})

test('findUnmatchedPolicies() knows that early policies reach no workloads, and what a profile lends', () => {
  const early = policy('p', { selector: 'has(app)', preDNAT: true, applyOnForward: true, ingress: [allow()] })
  const late = policy('p', { selector: 'has(app)', ingress: [allow()] })
  assert.equal(foundBy(findUnmatchedPolicies, workload('w', 'cali1', { ipNetworks: ['10.65.0.2/32'] }), late), [])
  assert.match(
    messagesOf(findUnmatchedPolicies, workload('w', 'cali1', { ipNetworks: ['10.65.0.2/32'] }), early)[0] ?? '',
    'do not reach workloads',
  )
  const lends = [e0({ profiles: ['lend'] }), profile('lend', { labelsToApply: { app: 'x' } })]
  assert.equal(foundBy(findUnmatchedPolicies, ...lends, early), [])
})

test('findUnmatchedPeers() warns of rules about nobody: unmatched-peer (RM-11)', () => {
  const rules = (source: object) => policy('p', { ingress: [allow({ source })] })
  const counted = (...documents: readonly object[]) => foundBy(findUnmatchedPeers, ...documents).length
  assert.is(counted(e0(), rules({ selector: 'has(nobody)' })), 1)
  assert.is(counted(e0(), rules({ notSelector: 'has(nobody)' })), 0, 'excludes nobody, and matches')
  assert.is(counted(networkSet('s', { nobody: 'x' }, []), rules({ selector: 'has(nobody)' })), 0, 'empty today')
  assert.is(counted(e0(), rules({ selector: "hep == 'e0'" })), 0)
  assert.is(counted(rules({ selector: 'has(nobody)' })), 0, 'everybody is elsewhere')
})

test('findUnmatchedPeers() suggests the label that is meant', () => {
  const set = networkSet('s', { purpose: 'office' }, ['192.0.2.0/24'])
  const rule = (selector: string) => policy('p', { ingress: [allow({ source: { selector } })] })
  assert.match(messagesOf(findUnmatchedPeers, set, rule("purpose == 'ofice'"))[0] ?? '', /did you mean "office"\?$/)
  assert.match(messagesOf(findUnmatchedPeers, set, rule('has(prupose)'))[0] ?? '', /did you mean "purpose"\?$/)
  assert.match(messagesOf(findUnmatchedPeers, set, rule('has(team)'))[0] ?? '', /give the labels to an endpoint/)
})

test.run()
