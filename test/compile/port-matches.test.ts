import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { isTransient } from '../../src/ruleset/ended-connections.ts'
import { allow, e0, endpoint, policy, tcpTo } from '../kernel/packet-policies.ts'
import { linesOf, tableOf } from './compiled-table.ts'

const ports = [
  { name: 'http', protocol: 'TCP', port: 8080 },
  { name: 'dns', protocol: 'UDP', port: 53 },
]
const four = e0({ expectedIPs: ['203.0.113.10', '203.0.113.11'], ports })
const both = e0({ expectedIPs: ['203.0.113.10', '2001:db8:113::10'], ports })
const db = endpoint('db', { node: 'h2', interfaceName: 'eth0', expectedIPs: ['10.0.0.31'], ports: [ports[0]] })

function compiled(host: object, match: Readonly<Record<string, unknown>>) {
  const table = tableOf(host, db, policy('p', { ingress: [allow(match)] }))
  const rules = (linesOf(table, 'ingress/e0/policy') ?? []).map((line) =>
    line.replace(' counter name "gnp/p/ingress/0" accept', ''),
  )
  const sets = [...table.sets.values()].filter((set) => !isTransient(set)).map(({ elements }) => [...elements])
  return { rules, sets }
}

test('portAlternatives() looks a name up as address, protocol and port of whoever has it (RM-32)', () => {
  assert.equal(compiled(four, { protocol: 'TCP', destination: { ports: ['http'] } }), {
    rules: ['ip daddr . meta l4proto . th dport @ports4'],
    sets: [['10.0.0.31 . 6 . 8080', '203.0.113.10 . 6 . 8080', '203.0.113.11 . 6 . 8080']],
  })
  assert.equal(compiled(four, { protocol: 'TCP', source: { ports: ['http'] } }).rules, [
    'ip saddr . meta l4proto . th sport @ports4',
  ])
  assert.equal(compiled(both, { protocol: 'UDP', destination: { ports: ['dns'] } }), {
    rules: ['ip daddr . meta l4proto . th dport @ports4', 'ip6 daddr . meta l4proto . th dport @ports6'],
    sets: [['203.0.113.10 . 17 . 53'], ['2001:db8:113::10 . 17 . 53']],
  })
})

test('portAlternatives() takes every protocol of a name when the rule has none', () => {
  assert.equal(compiled(four, { destination: { ports: ['http', 'dns'], selector: "hep == 'e0'" } }).sets.at(-1), [
    '203.0.113.10 . 6 . 8080',
    '203.0.113.10 . 17 . 53',
    '203.0.113.11 . 6 . 8080',
    '203.0.113.11 . 17 . 53',
  ])
})

test('portAlternatives() takes numbers and names for alternatives that no packet meets twice (RM-31)', () => {
  assert.equal(compiled(four, { protocol: 'TCP', destination: { ports: ['http', 443, '90:91'] } }).rules, [
    'tcp dport 90-91 meta nfproto ipv4',
    'tcp dport 443 meta nfproto ipv4',
    'ip daddr . meta l4proto . th dport @ports4 tcp dport != { 90-91, 443 }',
    'tcp dport 90-91 meta nfproto ipv6',
    'tcp dport 443 meta nfproto ipv6',
  ])
})

test('portAlternatives() asks for all that is excluded (RM-31), and for nothing where nobody has the name (RM-35)', () => {
  assert.equal(compiled(four, { protocol: 'TCP', destination: { notPorts: ['http', 443] } }).rules, [
    'ip daddr . meta l4proto . th dport != @ports4 tcp dport != 443',
    'tcp dport != 443 meta nfproto ipv6',
  ])
  assert.equal(compiled(four, { destination: { notPorts: ['http'] } }).rules, [
    'ip daddr . meta l4proto . th dport != @ports4',
    'meta nfproto ipv6',
  ])
})

test('portAlternatives() has none for a name that nobody of the family has (RM-35)', () => {
  const rule = { ipVersion: 6, protocol: 'TCP' }
  assert.equal(compiled(four, { ...rule, destination: { ports: ['http'] } }), { rules: [], sets: [] })
  assert.equal(compiled(four, { ...rule, destination: { ports: ['http', 80] } }).rules, [
    'tcp dport 80 meta nfproto ipv6',
  ])
})

test('portAlternatives() counts only the endpoints that the side selects (RM-33)', () => {
  const selected = { ports: ['http'], selector: "hep == 'db'" }
  assert.equal(compiled(four, { protocol: 'TCP', destination: selected }).sets.flat(), [
    '10.0.0.31',
    '10.0.0.31 . 6 . 8080',
  ])
  assert.equal(compiled(four, tcpTo(80)).sets, [])
})

test.run()
