import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { findEqualOrders } from '../../src/lint/equal-orders.ts'
import { Survey } from '../../src/lint/survey.ts'
import { readPolicy } from '../../src/pipeline.ts'
import { allow, deny, e0, e1, filesOf, policy, tcpTo, tier } from '../kernel/packet-policies.ts'

/** `first second` of each pair that is warned about. */
function pairs(...documents: readonly object[]): readonly string[] {
  return findEqualOrders(new Survey(readPolicy(filesOf({ documents })).value)).map(({ message }) =>
    [...message.matchAll(/policies "(\S+)" and "(\S+)"/g)].map(([, a, b]) => `${a} ${b}`).join(),
  )
}

const open = (spec: object = {}) => policy('open', { order: 5, ingress: [allow(tcpTo(80))], ...spec })
const shut = (spec: object = {}) => policy('shut', { order: 5, ingress: [deny()], ...spec })

test('findEqualOrders() warns of two policies that decide differently and are ordered by name alone (EV-2)', () => {
  assert.equal(pairs(e0(), open(), shut()), ['open shut'])
  assert.equal(pairs(e0(), open({ order: undefined }), shut({ order: undefined })), ['open shut'])
  assert.equal(pairs(e0(), open(), shut({ ingress: [{ action: 'Pass' }] })), ['open shut'])
})

test('findEqualOrders() is silent where the order says who is first', () => {
  assert.equal(pairs(e0(), open(), shut({ order: 6 })), [])
  assert.equal(pairs(e0(), open(), tier('late', { order: 2_000_000 }), shut({ tier: 'late' })), [])
  assert.equal(
    pairs(e0(), open({ preDNAT: true, applyOnForward: true }), shut()),
    [],
    'they are asked one after the other',
  )
})

test('findEqualOrders() is silent where no packet of one endpoint meets both', () => {
  assert.equal(pairs(e0(), e1(), open({ selector: "hep == 'e0'" }), shut({ selector: "hep == 'e1'" })), [])
  assert.equal(pairs(e0(), open(), shut({ ingress: undefined, types: ['Egress'], egress: [deny()] })), [])
  assert.equal(pairs(e0(), open(), shut({ ingress: [allow()] })), [], 'both allow')
  assert.equal(pairs(e0(), open(), shut({ ingress: [{ action: 'Log' }] })), [], 'a log line decides nothing')
})

type Fields = Readonly<Record<string, unknown>>
const against: readonly (readonly [string, Fields, Fields])[] = [
  ['ports', tcpTo(80), tcpTo(81)],
  ['protocols', tcpTo(80), { protocol: 'UDP' }],
  ['families', { ipVersion: 4 }, { ipVersion: 6 }],
  ['sources', { source: { nets: ['10.0.0.0/8'] } }, { source: { nets: ['192.168.0.0/16'] } }],
  ['ICMP types', { protocol: 'ICMP', icmp: { type: 8 } }, { protocol: 'ICMP', icmp: { type: 13 } }],
]

for (const [what, one, other] of against) {
  test(`findEqualOrders() is silent where the ${what} of the rules do not meet`, () => {
    const shutting = { ingress: [deny(other)] }
    assert.equal(pairs(e0(), open({ ingress: [allow(one)] }), shut(shutting)), [])
    assert.equal(pairs(e0(), open({ ingress: [allow(one), allow(other)] }), shut(shutting)), ['open shut'])
  })
}

test.run()
