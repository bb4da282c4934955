import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { findContradictoryRules } from '../../src/lint/contradictory-rules.ts'
import { allow, endpoint, networkSet, policy } from '../kernel/packet-policies.ts'
import { messagesOf } from './found.ts'

const documents = [
  endpoint('a', { interfaceName: 'eth0', expectedIPs: ['10.0.0.1', '2001:db8::1'] }, { role: 'a' }),
  networkSet('ten', { set: 'ten' }, ['10.0.0.0/8']),
  networkSet('empty', { set: 'empty' }, []),
]
const whyNot = (fields: Readonly<Record<string, unknown>>) =>
  messagesOf(findContradictoryRules, ...documents, policy('p', { selector: 'all()', ingress: [allow(fields)] })).map(
    (message) => message.replace('the rule matches no packet: ', '').replace(/;.*/, ''),
  )
const source = (entity: object) => whyNot({ source: entity })

test('findContradictoryRules() finds conditions that exclude one another: contradictory-rule', () => {
  assert.equal(whyNot({ protocol: 'TCP', notProtocol: 6 }), ['protocol and notProtocol are the same'])
  assert.equal(whyNot({ protocol: 'ICMP', icmp: { type: 8, code: 0 }, notICMP: { type: 8 } }), [
    'notICMP excludes what icmp asks for',
  ])
  assert.equal(source({ selector: "role == 'a'", notSelector: "role == 'a'" }), [
    'selector and notSelector of its source are the same',
  ])
  assert.equal(whyNot({ protocol: 'TCP', destination: { ports: [80, '8000:8010'], notPorts: ['1:9000'] } }), [
    'notPorts of its destination excludes all its ports',
  ])
  const noAddress = ['no address fits all that its source says']
  assert.equal(source({ nets: ['10.1.0.0/16'], notNets: ['10.0.0.0/8'] }), noAddress)
  assert.equal(source({ nets: ['192.168.0.0/16'], selector: "set == 'ten'" }), noAddress, 'EX-69')
  assert.equal(source({ nets: ['10.0.0.0/9'], notSelector: "set == 'ten'" }), noAddress)
  assert.equal(source({ selector: "role == 'a'", notNets: ['10.0.0.0/24'] }), noAddress, 'IPv6 is left out: RM-21')
})

test('findContradictoryRules() is silent as long as something is left', () => {
  for (const entity of [
    { nets: ['10.0.0.0/8'], notNets: ['10.1.0.0/16'] },
    { nets: ['10.0.0.0/24'], selector: "role == 'a'" },
    { selector: "role == 'a'", notSelector: "set == 'ten'" }, // its IPv6 address
    { selector: "set == 'empty'", nets: ['10.0.0.0/8'] }, // empty today
    { selector: 'has(nobody)', nets: ['10.0.0.0/8'] }, // unmatched-peer says it
    { notNets: ['10.0.0.0/8'], notSelector: "role == 'a'" },
  ])
    assert.equal(source(entity), [], JSON.stringify(entity))
  assert.equal(whyNot({ protocol: 'ICMP', icmp: { type: 8 }, notICMP: { type: 8, code: 1 } }), [])
  assert.equal(whyNot({ protocol: 'TCP', destination: { ports: ['1:100'], notPorts: [80] } }), [])
})

test.run()
