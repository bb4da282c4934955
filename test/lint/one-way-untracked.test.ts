import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { findOneWayUntracked } from '../../src/lint/one-way-untracked.ts'
import { allow, configuration, deny, e0, e1, policy, tcpTo, udpTo } from '../kernel/packet-policies.ts'
import { foundBy } from './found.ts'

const untracked = (name: string, spec: object) => policy(name, { doNotTrack: true, applyOnForward: true, ...spec })
const counted = (...documents: readonly object[]) => foundBy(findOneWayUntracked, ...documents).length
const fromPort = (port: number) => ({ protocol: 'TCP', source: { ports: [port] } })
const into = untracked('in', { ingress: [allow(tcpTo(80))] })

test('findOneWayUntracked() warns where the answers are invalid: one-way-untracked (EX-50)', () => {
  assert.is(counted(e0(), into), 1)
  assert.is(counted(e0(), into, untracked('out', { egress: [allow(fromPort(80))] })), 0, 'EX-51')
  assert.is(counted(e0(), into, untracked('out', { egress: [allow(fromPort(81))] })), 2, 'neither has its mirror')
  assert.is(counted(e0(), into, policy('out', { egress: [allow()] })), 1, 'no normal policy saves it')
  assert.is(counted(e0(), untracked('in', { ingress: [allow()], egress: [allow()] })), 0)
  const both = untracked('in', { selector: 'has(hep)', ingress: [allow(tcpTo(80))] })
  assert.is(counted(e0(), e1(), both, untracked('out', { egress: [allow(fromPort(80))] })), 1, 'not on e1')
})

test('findOneWayUntracked() is silent where nothing begins, or nothing is dropped', () => {
  assert.is(counted(e0(), untracked('in', { ingress: [allow(udpTo(53)), deny(tcpTo(80))] })), 0, 'EX-52')
  assert.is(counted(e0(), configuration({ disableConntrackInvalidCheck: true }), into), 0)
  assert.is(counted(into), 0)
})

test.run()
