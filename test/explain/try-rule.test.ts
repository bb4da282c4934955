import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { seenAt } from '../../src/explain/seen-packet.ts'
import { tryRule } from '../../src/explain/try-rule.ts'
import { readRule } from '../../src/ruleset/read-rule.ts'
import { ipv6, packetOf, tableOf } from './table-and-packet.ts'

const test = suite('try-rule')

const table = tableOf({
  'set hosts': ['type ipv4_addr', 'elements = { 192.0.2.1, 192.0.2.9 }'],
  'set nets': ['type ipv4_addr', 'flags interval', 'elements = { 10.0.0.0/8, 192.0.2.4-192.0.2.6, 203.0.113.1 }'],
  'set six': ['type ipv6_addr', 'flags interval', 'elements = { 2001:db8::/64 }'],
  'map lines': [
    'type ipv4_addr . inet_proto . inet_service : counter',
    'elements = { 192.0.2.1 . tcp . 80 : "first", 192.0.2.9 . udp . 53 : "second" }',
  ],
  'map protocols': ['type inet_proto . inet_service : counter', 'elements = { tcp . 80 : "http" }'],
  'map ways': ['type ifname : verdict', 'elements = { "eth0" : goto a, "eth1" : return, "br-lan" : jump b }'],
})

function attempt(rule: string, words: string, hook = 'input') {
  const seen = seenAt(packetOf(words), { hook, priority: 0 })
  return tryRule(readRule(`${rule} accept`), seen, table)
}

function assertMatches(rule: string, cases: { readonly yes: readonly string[]; readonly no: readonly string[] }): void {
  for (const words of cases.yes) assert.is(attempt(rule, words).outcome.type, 'matched', `${rule}: ${words}`)
  for (const words of cases.no) assert.is(attempt(rule, words).outcome.type, 'failed', `${rule}: ${words}`)
}

const udp = 'proto=udp dport=80'
const sctp = 'proto=sctp dport=80'
const ping = 'proto=icmp icmp-type=8'
const ping6 = `${ipv6} proto=icmpv6 icmp-type=128`

test('tryRule() matches interfaces by name, by list and by the start of a name', () => {
  assertMatches('iifname "eth0"', { yes: ['iif=eth0'], no: ['iif=eth01', 'iif=eth'] })
  assertMatches('iifname { "eth0", "eth1" }', { yes: ['iif=eth1'], no: ['iif=eth2'] })
  assertMatches('iifname "cali*"', { yes: ['iif=cali', 'iif=cali1'], no: ['iif=cal'] })
  assertMatches('iifname != "cali*"', { yes: ['iif=eth0'], no: ['iif=cali1'] })
})

test('tryRule() takes an interface that is not there for one without a name', () => {
  const at = (rule: string, words: string, hook: string) => attempt(rule, words, hook).outcome.type
  assert.is(at('oifname "eth1"', 'oif=eth1', 'prerouting'), 'failed')
  assert.is(at('oifname "eth1"', 'oif=eth1', 'forward'), 'matched')
  assert.is(at('oifname != "eth1"', 'oif=eth1', 'prerouting'), 'matched')
  assert.is(at('iifname "*"', 'iif= oif=eth1', 'output'), 'failed')
  assert.is(at('iif 0', 'iif= oif=eth1', 'postrouting'), 'matched')
  assert.is(at('iif 0', 'iif=eth0 oif=eth1', 'postrouting'), 'failed')
})

test('tryRule() matches families and protocols', () => {
  assertMatches('meta nfproto ipv4', { yes: [''], no: [ping6] })
  assertMatches('meta nfproto ipv6', { yes: [ping6], no: [''] })
  assertMatches('meta l4proto { tcp, udp }', { yes: ['', udp], no: [ping, sctp] })
  assertMatches('meta l4proto != tcp', { yes: [udp, ping], no: [''] })
})

test('tryRule() matches addresses, which imply their family, negated or not', () => {
  assertMatches('ip saddr 192.0.2.1', { yes: [''], no: ['src=192.0.2.2', ping6] })
  assertMatches('ip saddr != 192.0.2.1', { yes: ['src=192.0.2.2'], no: ['', ping6] })
  assertMatches('ip daddr { 10.0.0.0/8, 203.0.113.0-203.0.113.1 }', {
    yes: ['', 'dst=10.255.255.255'],
    no: ['dst=11.0.0.0', 'dst=203.0.113.2'],
  })
  assertMatches('ip6 saddr 2001:db8::/127', { yes: [ping6], no: ['', `src=2001:db8::2 dst=2001:db8::1 ${udp}`] })
})

test('tryRule() finds addresses in sets of addresses, of networks and of ranges', () => {
  assertMatches('ip saddr @hosts', { yes: ['', 'src=192.0.2.9'], no: ['src=192.0.2.2', ping6] })
  assertMatches('ip saddr != @hosts', { yes: ['src=192.0.2.2'], no: ['', ping6] })
  assertMatches('ip saddr @nets', {
    yes: ['src=10.0.0.0', 'src=10.255.255.255', 'src=192.0.2.4', 'src=192.0.2.6', 'src=203.0.113.1'],
    no: ['src=9.255.255.255', 'src=11.0.0.0', 'src=192.0.2.3', 'src=192.0.2.7', 'src=203.0.113.2', 'src=0.0.0.0'],
  })
  assertMatches('ip6 daddr @six', { yes: [ping6], no: ['', `src=2001:db8::1 dst=2001:db8:0:1:: ${udp}`] })
})

test('tryRule() matches ports, which imply their protocol, negated or not', () => {
  assertMatches('tcp dport { 22, 80-90 }', { yes: ['', 'dport=90'], no: ['dport=91', udp, ping] })
  assertMatches('tcp dport != 22', { yes: [''], no: ['dport=22', udp] })
  assertMatches('udp sport 1024-65535', { yes: [`${udp} sport=1024`], no: [`${udp} sport=1023`, 'sport=1024'] })
  assertMatches('sctp dport 80', { yes: [sctp], no: ['', udp] })
})

test('tryRule() matches ICMP types, which imply protocol and family, and pairs as pairs', () => {
  assertMatches('icmp type 8', { yes: [ping], no: ['proto=icmp icmp-type=0', '', ping6, `${ipv6} proto=1`] })
  assertMatches('icmp type != 8', { yes: ['proto=icmp icmp-type=0'], no: [ping, '', ping6] })
  assertMatches('icmp type . icmp code { 8 . 0 }', { yes: [ping], no: [`${ping} icmp-code=1`] })
  assertMatches('icmp type . icmp code != { 8 . 0 }', {
    yes: [`${ping} icmp-code=1`, 'proto=icmp icmp-type=0'],
    no: [ping, udp],
  })
  assertMatches('icmpv6 type { 128, 129 }', { yes: [ping6], no: [ping] })
  assertMatches('icmpv6 type 135 ip6 hoplimit 255', { yes: [`${ipv6} proto=icmpv6 icmp-type=135`], no: [ping6] })
  assertMatches('ip6 hoplimit 64', { yes: [ping6], no: ['', ping] })
})

test('tryRule() matches states and rewritten destinations', () => {
  assertMatches('ct state established,related', {
    yes: ['state=established', 'state=related'],
    no: ['', 'state=untracked'],
  })
  assertMatches('ct state invalid', { yes: ['state=invalid'], no: ['', 'state=untracked'] })
  assertMatches('ct state untracked', { yes: ['state=untracked'], no: ['', 'state=invalid'] })
  assertMatches('ct status dnat', { yes: ['orig-dport=8080'], no: ['', 'state=untracked'] })
})

test('tryRule() names the first match that fails', () => {
  const { outcome } = attempt('ip saddr 192.0.2.1 tcp dport 22 ct state invalid', '')
  assert.is(outcome.type === 'failed' && outcome.match.type, 'port')
})

test('tryRule() counts by the line that the lookup finds, and ends a rule that finds none', () => {
  const rule = 'counter name "all" counter name ip saddr . meta l4proto . th dport map @lines'
  const result = (words: string) => {
    const { outcome, counters } = attempt(rule, words)
    return [outcome.type, ...counters]
  }
  assert.equal(result(''), ['matched', 'all', 'first'])
  assert.equal(result('src=192.0.2.9 proto=udp dport=53'), ['matched', 'all', 'second'])
  for (const miss of ['dport=81', udp, ping, 'src=192.0.2.9', ping6, `${ipv6} dport=80 proto=tcp`])
    assert.equal(result(miss), ['missed', 'all'], miss)
})

test('tryRule() looks up both families where the key has no address', () => {
  const rule = 'counter name meta l4proto . th dport map @protocols'
  assert.equal(attempt(rule, `${ipv6} proto=tcp dport=80`).counters, ['http'])
  assert.is(attempt(rule, ping).outcome.type, 'missed')
})

test('tryRule() lets one packet pass a limit and a log', () => {
  assert.is(attempt('limit rate 1/day log prefix "x"', '').outcome.type, 'matched')
})

test('tryRule() takes the verdict of the interface, or goes on without one', () => {
  const verdict = (words: string) =>
    tryRule(readRule('iifname vmap @ways'), seenAt(packetOf(words), { hook: 'input', priority: 0 }), table).outcome
  assert.equal(verdict('iif=eth0'), { type: 'matched', verdict: { type: 'goto', chain: 'a' } })
  assert.equal(verdict('iif=eth1'), { type: 'matched', verdict: { type: 'return' } })
  assert.equal(verdict('iif=br-lan'), { type: 'matched', verdict: { type: 'jump', chain: 'b' } })
  assert.equal(verdict('iif=eth2'), { type: 'missed', map: 'ways' })
})

test('tryRule() keeps a packet from connection tracking, but not one that it has seen on its way out to loopback', () => {
  assert.is(attempt('notrack', 'iif=eth0', 'prerouting').left.state, 'untracked')
  assert.is(attempt('notrack', 'iif=lo', 'prerouting').left.state, 'new')
})

test.run()
