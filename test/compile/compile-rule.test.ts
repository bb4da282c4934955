import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { printRule } from '../../src/ruleset/print-rule.ts'
import { compileCase } from '../golden/golden-cases.ts'
import { allow, e0, filesOf, labFacts, networkSet, policy } from '../kernel/packet-policies.ts'

const peers = [networkSet('v4', { has: 'four' }, ['192.0.2.1']), networkSet('v6', { has: 'six' }, ['2001:db8::1'])]

/** The nftables rules of one Allow, without what all of them end in. */
function rulesOf(match: Readonly<Record<string, unknown>>): readonly string[] {
  const documents = [e0(), ...peers, policy('p', { ingress: [allow(match)] })]
  const { ruleset } = compileCase({ facts: labFacts(), files: filesOf({ documents }) })
  const rules = ruleset.chains.get('ingress/e0/policy')?.rules ?? []
  const texts = rules.map((rule) => printRule({ ...rule, comment: undefined }).replace(/(@peers.).[0-9a-f]{12}/g, '$1'))
  return texts.map((text) => text.replace(/ ?counter name "gnp.p.ingress.0" accept$/, ''))
}

test('compileRule() makes one rule for both families where no address is asked for', () => {
  assert.equal(rulesOf({}), [''])
  assert.equal(rulesOf({ protocol: 'TCP', destination: { ports: [80] } }), ['tcp dport 80'])
  assert.equal(rulesOf({ source: { notSelector: "has == 'nobody'" } }), [''])
})

test('compileRule() asks for the family where nothing else implies it, after the protocol, as nft lists it', () => {
  assert.equal(rulesOf({ protocol: 'ICMP' }), ['meta l4proto icmp meta nfproto ipv4'])
  assert.equal(rulesOf({ protocol: 'ICMPv6' }), ['meta l4proto icmpv6 meta nfproto ipv6'])
  assert.equal(rulesOf({ ipVersion: 6, notProtocol: 'TCP' }), ['meta l4proto != tcp meta nfproto ipv6'])
  assert.equal(rulesOf({ source: { nets: ['0.0.0.0/0'] } }), ['meta nfproto ipv4'])
  assert.equal(rulesOf({ protocol: 'ICMP', icmp: { type: 8 } }), ['icmp type 8'])
})

test('compileRule() takes ICMP by number in the other family for what it says, not for the usual family', () => {
  assert.equal(rulesOf({ protocol: 1, icmp: { type: 8 }, source: { selector: "has == 'six'" } }), [
    'ip6 saddr @peers6 icmp type 8',
  ])
  assert.equal(rulesOf({ protocol: 1, icmp: { type: 8 } }), ['icmp type 8'])
})

test('compileRule() asks first for what costs least: the protocol and its ports, then networks, then sets', () => {
  const ports = { protocol: 'TCP', destination: { ports: [80] } }
  assert.equal(rulesOf({ ...ports, source: { nets: ['10.0.0.0/8'] } }), ['tcp dport 80 ip saddr 10.0.0.0/8'])
  assert.equal(rulesOf({ ...ports, source: { selector: "has == 'four'" } }), ['tcp dport 80 ip saddr @peers4'])
  const several = { protocol: 'TCP', destination: { ports: [80, 443], nets: ['10.0.0.1/32'] } }
  assert.equal(rulesOf({ ...several, source: { selector: "has == 'four'" } }), [
    'ip daddr 10.0.0.1 tcp dport 80 ip saddr @peers4',
    'ip daddr 10.0.0.1 tcp dport 443 ip saddr @peers4',
  ])
  const ping = { protocol: 'ICMP', icmp: { type: 8 } }
  assert.equal(rulesOf({ ...ping, source: { selector: "has == 'four'" } }), ['icmp type 8 ip saddr @peers4'])
})

test('compileRule() leaves a rule out for a family that cannot match (RM-11, RM-21)', () => {
  assert.equal(rulesOf({ source: { selector: "has == 'nobody'" } }), [])
  assert.is(rulesOf({ source: { selector: "has == 'four'" } }).length, 1)
  assert.is(rulesOf({ source: { selector: "has == 'four'" }, destination: { selector: "has == 'six'" } }).length, 0)
  assert.equal(rulesOf({ source: { notNets: ['10.0.0.0/8'] } }), ['ip saddr != 10.0.0.0/8'])
  assert.equal(rulesOf({ protocol: 'TCP', notProtocol: 6 }), [])
})

test('compileRule() writes networks and ports as nft lists them: sorted, joined', () => {
  const nets = [
    '10.0.0.128/25',
    '10.0.0.0/25',
    '9.9.9.9/32',
    '10.0.2.1/32',
    '10.0.2.2/32',
    '11.0.0.1/32',
    '12.0.0.1/32',
  ]
  assert.equal(rulesOf({ source: { nets } }), [
    'ip saddr { 9.9.9.9, 10.0.0.0/24, 10.0.2.1-10.0.2.2, 11.0.0.1, 12.0.0.1 }',
  ])
  assert.equal(rulesOf({ protocol: 'TCP', destination: { ports: [443, '80:90', 91, 443, 1, 3, 5] } }), [
    'tcp dport { 1, 3, 5, 80-91, 443 }',
  ])
})

test('compileRule() writes short lists out, up to four rules; none of both ports, and none of what is excluded', () => {
  const nets = ['10.0.0.0/8', '12.0.0.0/8']
  const [tcp, source] = [{ protocol: 'TCP' }, { nets }]
  assert.equal(rulesOf({ source }), ['ip saddr 10.0.0.0/8', 'ip saddr 12.0.0.0/8'])
  assert.equal(rulesOf({ ...tcp, source, destination: { ports: [1, '3:4'] } }), [
    'tcp dport 1 ip saddr 10.0.0.0/8',
    'tcp dport 1 ip saddr 12.0.0.0/8',
    'tcp dport 3-4 ip saddr 10.0.0.0/8',
    'tcp dport 3-4 ip saddr 12.0.0.0/8',
  ])
  assert.equal(rulesOf({ ...tcp, source, destination: { ports: [1, 3, 5] } }), [
    'tcp dport { 1, 3, 5 } ip saddr 10.0.0.0/8',
    'tcp dport { 1, 3, 5 } ip saddr 12.0.0.0/8',
  ])
  assert.equal(rulesOf({ ...tcp, source: { ports: [1, 3] }, destination: { ports: [5, 7] } }), [
    'tcp sport { 1, 3 } tcp dport { 5, 7 }',
  ])
  assert.equal(rulesOf({ source: { notNets: nets } }), ['ip saddr != { 10.0.0.0/8, 12.0.0.0/8 }'])
})

test('compileRule() negates a type and code as a pair (RM-40)', () => {
  assert.equal(rulesOf({ protocol: 'ICMP', notICMP: { type: 3, code: 4 } }), ['icmp type . icmp code != { 3 . 4 }'])
})

test.run()
