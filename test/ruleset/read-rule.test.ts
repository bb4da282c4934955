import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { printRule } from '../../src/ruleset/print-rule.ts'
import { readRule } from '../../src/ruleset/read-rule.ts'

/** As `nft -n` lists them, and as we write them. */
const forms: readonly (readonly [string, string])[] = [
  ['ct state 0x2,0x4 accept', 'ct state established,related accept'],
  ['ct state 0x1 counter name "a" drop', 'ct state invalid counter name "a" drop'],
  ['ct status 0x20 accept', 'ct status dnat accept'],
  ['meta nfproto 2 tcp dport 80 accept', 'meta nfproto ipv4 tcp dport 80 accept'],
  ['meta l4proto 58 meta nfproto 10 drop', 'meta l4proto icmpv6 meta nfproto ipv6 drop'],
  ['meta l4proto != 6 accept', 'meta l4proto != tcp accept'],
  ['meta l4proto { 17, 6 } accept', 'meta l4proto { tcp, udp } accept'],
  ['iifname { "b", "wan", "eth9", "eth10" } drop', 'iifname { "b", "eth10", "eth9", "wan" } drop'],
  ['iifname != "cali*" accept', 'iifname != "cali*" accept'],
  ['ip6 saddr 2001:DB8:0::1 accept', 'ip6 saddr 2001:db8::1 accept'],
  ['ip6 saddr ::ffff:1.2.3.4 accept', 'ip6 saddr ::ffff:102:304 accept'],
  ['meta mark & 0x00010000 == 0x00000000 accept', 'meta mark & 0x00010000 == 0x00000000 accept'],
  ['fib daddr type { 2, 3 } accept', 'fib daddr type { local, broadcast } accept'],
  ['fib saddr . iif oif 0 drop', 'fib saddr . iif oif missing drop'],
  ['tcp dport 80 meta time < "2030-01-31 18:00:00" accept', 'tcp dport 80 meta time < 1896112800 accept'],
  ['ip saddr 10.0.0.1 reject with icmp 3', 'ip saddr 10.0.0.1 reject'],
  ['ip6 saddr ::1 tcp dport 4 reject with icmpv6 port-unreachable', 'ip6 saddr ::1 tcp dport 4 reject'],
  ['icmpv6 type 128 counter name "c" reject with icmpv6 4', 'icmpv6 type 128 counter name "c" reject'],
  [
    'meta l4proto 17 meta nfproto 10 counter name "c" reject with icmpv6 4',
    'meta l4proto udp meta nfproto ipv6 counter name "c" reject',
  ],
  ['ip6 daddr != { 2001:db8::-2001:db8::5, ::/8 } drop', 'ip6 daddr != { 2001:db8::-2001:db8::5, ::/8 } drop'],
]

/** The same in both. */
const canonical: readonly string[] = [
  'accept',
  'jump a/b.c-d',
  'goto egress',
  'return comment "with { braces }, commas: and \'quotes\'"',
  'iifname vmap @interfaces/ingress',
  'iif 0 ct status dnat goto egress',
  'ip saddr @peers4/0123456789ab ip daddr != @peers4/ba9876543210 tcp sport 1-1023 tcp dport != { 22, 80-90 } counter name "c" accept',
  'icmp type { 8, 13 } accept',
  'icmp type . icmp code != { 3 . 4 } accept',
  'icmpv6 type { 133, 134 } ip6 hoplimit 255 accept',
  'counter name "c" limit rate 10/second log prefix "calico-packet: "',
  'counter name ip saddr . meta l4proto . th dport map @m accept',
  'counter name ip6 daddr map @m drop',
  'udplite dport 5 return',
  'tcp dport 80 reject',
  'meta mark & 0x80000000 == 0x80000000 accept',
  'meta mark set meta mark | 0x00010000 accept',
  'meta mark set meta mark & 0x7fffffff',
  'notrack meta mark set meta mark | 0x00010000 accept',
  'fib daddr type { local, broadcast } tcp dport 22 accept',
  'meta nfproto ipv4 fib saddr . iif oif missing counter name "s" drop',
  'ip saddr . ip daddr @pairs accept',
  'ip daddr . meta l4proto . th dport @ports4/0123456789ab accept',
  'ip6 saddr . meta l4proto . th sport != @ports6/0123456789ab meta l4proto tcp drop',
  'tcp dport != 443 ip daddr . meta l4proto . th dport @ports4/0123456789ab accept',
  'counter name "c" limit rate 10/minute burst 20 packets log prefix "calico-packet: "',
  'counter name oifname map @m drop',
  'ip saddr @peers4/0123456789ab tcp dport 22 meta time < 1896112800 counter name "c" accept',
  'limit rate 10/second burst 20 packets accept',
]

/** In a form that we never write: kept as text. */
const opaque: readonly string[] = [
  '',
  'accept accept',
  'accept tcp dport 80',
  'counter accept',
  'counter name "a" tcp dport 80 accept',
  'continue',
  'queue to 5',
  'tcp dport vmap { 22 : accept }',
  'tcp flags syn / syn,ack accept',
  'tcp dport @ports accept',
  'ip saddr . tcp dport @pairs accept',
  'ip saddr & 255.0.0.0 == 10.0.0.0 accept',
  'ip saddr . ip daddr . @pairs accept',
  'ip saddr . ip daddr { 10.0.0.1 . 10.0.0.2 } accept',
  'th dport . ip daddr @pairs accept',
  'ip6 hoplimit 1-5 accept',
  'ip6 hoplimit > 5 accept',
  'ip protocol 1 accept',
  'icmp type 3-5 accept',
  'icmp type . icmp code { 3 . 4, 8 . 0 } accept',
  'icmp code 4 accept',
  'ct state != 0x8 accept',
  'ct state 0x80 accept',
  'ct status 0x20,0x10 accept',
  'meta mark 0x00000001 accept',
  'meta mark & 0x00000003 == 0x00000001 accept',
  'meta mark & 0x00000001 != 0x00000001 accept',
  'meta mark set 0x00000001',
  'meta mark set meta mark ^ 0x00000001',
  'reject with tcp reset',
  'reject with icmp 3',
  'ip saddr 10.0.0.1 reject with icmpv6 4',
  'ip saddr 10.0.0.1 reject with icmp 1',
  'tcp dport 80 reject with icmpx 0',
  'fib daddr type broadcast drop',
  'fib saddr type local drop',
  'fib saddr . iif oif exists accept',
  'notrack notrack tcp dport 80',
  'meta l4proto 6 th dport 80 accept',
  'iif "lo" accept',
  'iifname @names accept',
  'limit rate over 10/second drop',
  'limit rate 10/second burst 20 bytes accept',
  'limit rate 10 kbytes/second accept',
  'log prefix "x" level debug',
  'log',
  'comment',
  'comment "unfinished',
  'jump',
  'tcp dport { 80',
  'masquerade',
  'meta nfproto 7 accept',
]

test('readRule() reads what nft lists into what printRule() writes', () => {
  for (const [listed, written] of [...forms, ...canonical.map((line) => [line, line] as const)]) {
    const rule = readRule(listed)
    assert.not.equal(rule.statements[0]?.type, 'opaque', listed)
    assert.is(printRule(rule), written)
    assert.equal(readRule(printRule(rule)), rule)
  }
})

test('readRule() keeps a line that we never write as it is, whole', () => {
  for (const line of opaque) {
    const rule = readRule(line)
    assert.is(printRule(rule), line)
    assert.equal(
      rule,
      {
        matches: [],
        statements: line === '' ? [] : [{ type: 'opaque', text: line }],
        verdict: undefined,
        comment: undefined,
      },
      line,
    )
  }
})

test('readRule() never takes one rule for another: different lines print differently', () => {
  const lines = [...new Set([...canonical, ...opaque, ...forms.map(([, written]) => written)])]
  assert.is(new Set(lines.map((line) => printRule(readRule(line)))).size, lines.length)
})

test.run()
