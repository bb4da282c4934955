import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { candidateRules, everyRule } from '../../src/explain/candidate-rules.ts'
import { seenAt } from '../../src/explain/seen-packet.ts'
import { trace } from '../../src/explain/trace.ts'
import type { Ruleset } from '../../src/ruleset/ruleset.ts'
import { hooked, packetOf, tableOf } from './table-and-packet.ts'

const test = suite('explain/candidate-rules')

const table = tableOf({
  'set friends': ['type ipv4_addr', 'elements = { 192.0.2.1, 192.0.2.9 }'],
  'set doors': [
    'type ipv4_addr . inet_proto . inet_service',
    'elements = { 192.0.2.1 . 6 . 8080, 192.0.2.9 . 17 . 53 }',
  ],
  'chain input': [
    hooked('input'),
    'tcp dport 22 drop',
    'tcp dport != { 80, 443, 8000-8080 } jump odd',
    'ip saddr . meta l4proto . th dport @doors accept',
    'ip6 saddr fd00::/8 accept',
    'jump web',
  ],
  'chain odd': ['tcp sport 4000 return', 'udp dport 53 accept', 'tcp dport 1-1023 drop'],
  'chain web': [
    'ip saddr @friends tcp dport { 80, 443 } accept',
    'ip saddr 192.0.2.0/24 tcp dport 443 drop',
    'icmp type 8 accept',
    'meta l4proto 17 drop',
    'tcp dport 8001 accept',
    'tcp dport 8000-8080 drop',
  ],
})

const packets = ['192.0.2.1', '192.0.2.7', '198.51.100.1'].flatMap((src) => [
  `src=${src} proto=icmp dport= icmp-type=8`,
  `src=${src} proto=icmp dport= icmp-type=13`,
  `src=${src} proto=50 dport=`,
  ...['tcp', 'udp'].flatMap((proto) =>
    [21, 22, 23, 53, 79, 80, 81, 443, 1023, 1024, 7999, 8000, 8001, 8002, 8080, 8081].flatMap((port) =>
      ['', ' sport=4000'].map((sport) => `src=${src} proto=${proto} dport=${port}${sport}`),
    ),
  ),
])

function endOfWalk(ruleset: Ruleset, words: string, candidates = everyRule): unknown {
  const { verdict, unknown, touched, decidedBy } = trace({ ruleset, packet: packetOf(words), candidates })
  return { verdict, unknown, touched, by: [decidedBy?.chain, decidedBy?.index] }
}

test('candidateRules() leave every packet its end, whatever was asked before', () => {
  const candidates = candidateRules(table)
  const ends = new Set<string>()
  for (const words of [...packets, ...packets]) {
    const end = endOfWalk(table, words)
    assert.equal(endOfWalk(table, words, candidates), end, words)
    ends.add(JSON.stringify(end))
  }
  assert.ok(ends.size > 8, 'packets of many kinds')
  assert.not.ok([...ends].join().includes('"unknown":true'))
})

test('candidateRules() leave out what can not match, and nothing that nobody can judge', () => {
  const web = table.chains.get('web')
  assert.ok(web)
  const tried = (words: string) => {
    const packet = seenAt(packetOf(words), { hook: 'input', priority: 0 })
    return [...candidateRules(table)(web, packet)].map(([index]) => index)
  }
  assert.equal(tried('dport=443'), [0, 1])
  assert.equal(tried('dport=8001'), [4, 5])
  assert.equal(tried('dport=9000'), [])
  assert.equal(tried('proto=udp dport=443'), [3])
  const unsure = tableOf({
    'chain input': [hooked('input'), 'tcp dport 80 ip saddr @gone drop', 'meta cpu 0 accept', 'tcp dport 80 drop'],
  })
  const end = endOfWalk(unsure, 'dport=81', candidateRules(unsure))
  assert.equal(end, endOfWalk(unsure, 'dport=81'))
  assert.ok(JSON.stringify(end).includes('"unknown":true'))
})

test.run()
