import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { seenAt } from '../../src/explain/seen-packet.ts'
import { ipv6, packetOf } from './table-and-packet.ts'

const test = suite('seen-packet')

function destinationAt(words: string, hook: string, priority: number): string {
  const { daddr, dport, isRewritten } = seenAt(packetOf(words), { hook, priority })
  return `${daddr.text}:${dport} ${isRewritten ? 'rewritten' : 'as sent'}`
}

const [before, after] = ['198.51.100.1:8080 as sent', '203.0.113.1:80 rewritten']
const rewritten = 'orig-dst=198.51.100.1 orig-dport=8080'

test('seenAt() shows the original destination before DNAT and the rewritten one after it', () => {
  const received = `iif=eth0 ${rewritten}`
  assert.is(destinationAt(received, 'prerouting', -300), before)
  assert.is(destinationAt(received, 'prerouting', -150), before)
  assert.is(destinationAt(received, 'prerouting', -100), after)
  assert.is(destinationAt(received, 'input', -150), after)
  assert.is(destinationAt(`oif=eth1 ${received}`, 'forward', -150), after)
  assert.is(destinationAt(`oif=eth1 ${received}`, 'postrouting', -150), after)
})

test('seenAt() shows what this host sends in the same way', () => {
  const sent = `iif= oif=eth1 ${rewritten}`
  assert.is(destinationAt(sent, 'output', -300), before)
  assert.is(destinationAt(sent, 'output', 0), after)
  assert.is(destinationAt(sent, 'postrouting', -150), after)
})

test('seenAt() knows of the rewriting of a connection that is known, before it is done to the packet', () => {
  assert.is(destinationAt(`state=established ${rewritten}`, 'prerouting', -150), '198.51.100.1:8080 rewritten')
})

test('seenAt() shows packets that connection tracking has not met as invalid', () => {
  const state = (words: string, hook: string, priority: number) => seenAt(packetOf(words), { hook, priority }).state
  assert.is(state('', 'prerouting', -300), 'invalid')
  assert.is(state('state=established', 'prerouting', -300), 'invalid')
  assert.is(state('iif= oif=eth0', 'output', -300), 'invalid')
  assert.is(state('state=untracked', 'prerouting', -300), 'untracked')
  // it was tracked when it was sent
  assert.is(state('iif=lo', 'prerouting', -300), 'new')
  assert.is(state('', 'prerouting', -150), 'new')
  assert.is(state('', 'input', -300), 'new')
})

test('seenAt() counts a hop where the packet is routed', () => {
  const limit = (hook: string) =>
    seenAt(packetOf(`oif=eth1 ${ipv6} proto=icmpv6 icmp-type=135`), { hook, priority: 0 }).hopLimit
  assert.equal([limit('prerouting'), limit('forward'), limit('postrouting')], [255, 254, 254])
})

test.run()
