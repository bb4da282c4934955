import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { gateOf } from '../../src/compile/gates.ts'
import { extentOf } from '../../src/compile/table-extent.ts'
import { trace } from '../../src/explain/trace.ts'
import { printNetmask } from '../../src/net/cidr.ts'
import { type Chain, plainChain } from '../../src/ruleset/chain.ts'
import { printRule } from '../../src/ruleset/print-rule.ts'
import { readRule } from '../../src/ruleset/read-rule.ts'
import { jump, makeRule, type Rule } from '../../src/ruleset/rule.ts'
import type { Ruleset } from '../../src/ruleset/ruleset.ts'
import { randomCase } from '../fakes/random-case.ts'
import { randomPacket } from '../fakes/random-packet.ts'
import { allow, deny, e0, policy, tcpTo } from '../kernel/packet-policies.ts'
import { linesOf, tableOf } from './compiled-table.ts'

/** One list that is long enough for segments: each policy is the same few rules at other ports. */
function gatesOf(rules: (at: number) => readonly object[]): readonly (readonly string[])[] {
  const policies = Array.from({ length: 300 }, (_, at) => policy(`p${at}`, { order: at, ingress: rules(at) }))
  const table = tableOf(e0(), ...policies)
  const gates = [...table.chains.keys()].filter((name) => name.endsWith('/gate'))
  return gates.map((name) => (linesOf(table, name) ?? []).map((line) => line.replaceAll(name.slice(0, -5), '*')))
}

const range = (at: number) => tcpTo(`${100 + 3 * at}:${101 + 3 * at}`)

test('gateOf() asks for what every rule of the segment implies: ports, networks, protocols', () => {
  const [gate] = gatesOf((at) => [
    allow(range(at)),
    deny({ source: { nets: [`10.0.${at % 250}.0/24`, '192.0.2.1/32'] } }),
    allow({ protocol: 'ICMP', icmp: { type: 8 } }),
  ])
  assert.equal(gate, [
    'meta l4proto icmp goto *',
    'meta l4proto . th dport @*/gate/ports goto *',
    'ip saddr & 255.255.255.0 == @*/gate/networks-saddr4-24 goto *',
  ])
})

test('gateOf() asks for blocks that the networks are in: of few lengths, larger ones where there would be too many lookups', () => {
  const asked = (...lines: readonly string[]) => {
    const rules = Array.from({ length: 18 }, (_, at) => readRule(`${lines[at % lines.length]} accept`))
    return gateOf(plainChain('s', rules))?.chain.rules.map((rule) => printRule(rule).replace(' goto s', ''))
  }
  const blocks = (length: number) => `ip saddr & ${printNetmask(length, 4)} == @s/gate/networks-saddr4-${length}`
  const large = ['ip saddr 10.0.0.0/9', 'ip saddr { 172.16.0.0/20, 10.1.2.3-10.1.200.4 }']
  assert.equal(asked('ip saddr 192.0.2.1', 'ip saddr 192.0.2.9'), ['ip saddr @s/gate/addresses-saddr4'])
  assert.equal(asked('ip saddr 192.0.2.1', 'ip saddr 198.51.100.0/23'), [blocks(24)])
  assert.equal(asked(...large, 'ip saddr 192.0.2.0/25'), [blocks(8), blocks(16), blocks(24)])
  assert.equal(asked(...large, 'ip saddr 192.0.2.0/25', 'tcp dport 1'), [
    'meta l4proto . th dport @s/gate/ports',
    blocks(8),
  ])
  assert.is(asked('ip saddr 64.0.0.0/3'), undefined)
  assert.equal(asked('ip6 daddr 2001:db8::/56', 'ip6 daddr 2001:db8:1::1'), [
    'ip6 daddr & ffff:ffff:ffff:: == @s/gate/networks-daddr6-48',
    'ip6 daddr & ffff:ffff:ffff:ffff:: == @s/gate/networks-daddr6-64',
  ])
  assert.equal(asked(...large, 'ip6 daddr 2001:db8::/64', 'tcp dport 1'), [
    'meta l4proto . th dport @s/gate/ports',
    blocks(8),
    'ip6 daddr & ffff:ffff:ffff:ffff:: == @s/gate/networks-daddr6-64',
  ])
})

test('gateOf() makes no gate before rules that any packet may match', () => {
  assert.equal(
    gatesOf((at) => [allow(range(at)), deny({ source: { notNets: ['10.0.0.0/8'] } })]),
    [],
  )
  assert.equal(
    gatesOf((at) => [allow(range(at)), { action: 'Log' }]),
    [],
  )
})

test('extentOf() counts no member of a set that a gate looks up', () => {
  const policies = Array.from({ length: 300 }, (_, at) => policy(`p${at}`, { order: at, ingress: [allow(range(at))] }))
  const table = tableOf(e0(), ...policies)
  assert.ok([...table.sets.keys()].some((name) => name.endsWith('/gate/ports')))
  assert.is(extentOf(table).members, 0)
})

test('gateOf() makes no gate before a few rules', () => {
  const rules = Array.from({ length: 15 }, (_, at) =>
    makeRule({ matches: [{ type: 'protocol', protocols: [at], negated: false }] }),
  )
  assert.is(gateOf(plainChain('few', rules)), undefined)
})

const trials = 40

test('gateOf() leads no packet past a rule that matches it', () => {
  let [gates, past, behind] = [0, 0, 0]
  for (let seed = 0; seed < trials; seed++) {
    const { compiled, dice, stock } = randomCase(`gate ${seed}`)
    const segment = plainChain('segment', judging(compiled.ruleset))
    const gate = gateOf(segment)
    if (gate === undefined) continue
    gates++
    const sets = new Map([...compiled.ruleset.sets, ...gate.sets.map((set) => [set.name, set] as const)])
    const table = (first: string) => ({ ...compiled.ruleset, sets, chains: chainsOf(first, [segment, gate.chain]) })
    const [with_, without] = [table(gate.chain.name), table(segment.name)]
    for (let at = 0; at < 50; at++) {
      const packet = randomPacket(dice, stock)
      const [one, other] = [with_, without].map((ruleset) => trace({ ruleset, packet }))
      const text = (rule: Rule | undefined) => (rule === undefined ? 'nothing' : printRule(rule))
      assert.is(text(one?.decidedBy?.rule), text(other?.decidedBy?.rule), `gate ${seed}`)
      if (other?.decidedBy === undefined) past++
      else behind++
    }
  }
  assert.ok(gates > 30 && past > 100 && behind > 100, `${gates} gates, ${past} past, ${behind} behind`)
})

test.run()

/** As many rules of policies as leave a gate, each several times. */
function judging({ chains }: Ruleset): readonly Rule[] {
  const rules = [...chains.values()].filter(({ name }) => name.includes('/policy')).flatMap((chain) => chain.rules)
  const repeated = (kept: readonly Rule[]) => Array.from({ length: 16 }, () => kept).flat()
  let kept: readonly Rule[] = []
  for (const rule of rules) {
    if (rule.verdict?.type !== 'accept' && rule.verdict?.type !== 'drop') continue
    if (gateOf(plainChain('tried', repeated([...kept, rule]))) !== undefined) kept = [...kept, rule]
  }
  return kept.length === 0 ? [] : repeated(kept)
}

function chainsOf(first: string, chains: readonly Chain[]): ReadonlyMap<string, Chain> {
  const hook = { type: 'filter', hook: 'input', priority: 0, fallback: 'accept' } as const
  const base: Chain = { name: 'input', hook, comment: undefined, rules: [makeRule({ verdict: jump(first) })] }
  return new Map([base, ...chains].map((chain) => [chain.name, chain]))
}
