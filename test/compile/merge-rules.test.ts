import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { mergeRules } from '../../src/compile/merge-rules.ts'
import { runsOf } from '../../src/compile/runs.ts'
import { printRule } from '../../src/ruleset/print-rule.ts'
import { printMapElement } from '../../src/ruleset/print-table.ts'
import { readRule } from '../../src/ruleset/read-rule.ts'
import type { Rule } from '../../src/ruleset/rule.ts'
import { diceOf } from '../fakes/dice.ts'

const rules = (...lines: readonly string[]): readonly Rule[] =>
  lines.map((line, at) => readRule(`${line.replace(/ (\w+)$/, ` counter name "c${at}" $1`)} comment "p[${at}]"`))
const policyOf = (name: string, rules: readonly Rule[]) => ({ name, rules, runs: runsOf(rules) })
const place = { chain: 'chain', before: new Map() }
const merge = (...lines: readonly string[]) => {
  const { groups, maps } = mergeRules([policyOf('p', rules(...lines))], place)
  return {
    rules: groups.things.flatMap((group) => group.rules.map(printRule)),
    maps: maps.things.map((map) => ({
      name: map.name,
      key: map.key.join(' . '),
      elements: [...map.elements].map(([key, value]) => printMapElement(key, value)),
    })),
  }
}
const times = (count: number, line: (at: number) => string) => Array.from({ length: count }, (_, at) => line(at))

test('mergeRules() turns eleven neighbours of one shape and verdict into one lookup', () => {
  const { rules, maps } = merge(...times(11, (at) => `ip saddr 192.0.2.${at + 1} tcp dport 22 accept`))
  assert.equal(rules, [
    'counter name ip saddr . meta l4proto . th dport map @chain/merged-p accept comment "11 rules, p[0] to p[10]"',
  ])
  assert.equal(
    maps.map(({ name, key }) => ({ name, key })),
    [{ name: 'chain/merged-p', key: 'ipv4_addr . inet_proto . inet_service' }],
  )
  assert.is(maps[0]?.elements[10], '192.0.2.11 . 6 . 22 : "c10"')
})

test('mergeRules() leaves ten as they are', () => {
  assert.is(merge(...times(10, (at) => `tcp dport ${at + 1} accept`)).maps.length, 0)
})

test('mergeRules() merges over protocols where the key holds the protocol', () => {
  const protocols = ['tcp', 'udp', 'sctp']
  const { rules, maps } = merge(...times(12, (at) => `${protocols[at % 3]} dport ${at + 1} drop`))
  assert.is(rules.length, 1)
  assert.equal(maps[0]?.elements.slice(0, 3), ['6 . 1 : "c0"', '17 . 2 : "c1"', '132 . 3 : "c2"'])
})

test('mergeRules() gives a key that two rules share to the first', () => {
  const { maps } = merge(...times(11, (at) => `tcp dport ${at + 1} accept`), 'tcp dport { 5, 50 } accept')
  assert.equal(
    maps[0]?.elements.filter((element) => /^6 \. 50? :/.test(element)),
    ['6 . 5 : "c4"', '6 . 50 : "c11"'],
  )
})

test('mergeRules() multiplies the values of one rule', () => {
  const { maps } = merge(...times(11, (at) => `ip saddr { 10.0.0.${2 * at}, 10.1.0.1 } tcp dport { 80, 443 } accept`))
  assert.equal(maps[0]?.elements.slice(0, 4), [
    '10.0.0.0 . 6 . 80 : "c0"',
    '10.0.0.0 . 6 . 443 : "c0"',
    '10.1.0.1 . 6 . 80 : "c0"',
    '10.1.0.1 . 6 . 443 : "c0"',
  ])
  assert.is(maps[0]?.elements.length, 24)
})

test('mergeRules() keeps the order of different verdicts, shapes and families', () => {
  const run = (line: (at: number) => string) => times(11, line)
  const { rules } = merge(
    ...run((at) => `tcp dport ${at + 1} accept`),
    ...run((at) => `tcp dport ${at + 1} drop`),
    ...run((at) => `ip saddr 10.0.0.${at} accept`),
    ...run((at) => `ip6 saddr 2001:db8::${at + 1} accept`),
    ...run((at) => `ip daddr 10.0.0.${at} accept`),
  )
  assert.equal(
    rules.map((rule) => rule.replace(/ comment.*/, '')),
    [
      'counter name meta l4proto . th dport map @chain/merged-p accept',
      'counter name meta l4proto . th dport map @chain/merged-p/1 drop',
      'counter name ip saddr map @chain/merged-p/2 accept',
      'counter name ip6 saddr map @chain/merged-p/3 accept',
      'counter name ip daddr map @chain/merged-p/4 accept',
    ],
  )
})

test('mergeRules() merges nothing that is more than single values and a counter', () => {
  for (const line of [
    'ip saddr 10.0.0.0/8 accept',
    'ip saddr 10.0.0.1-10.0.0.2 accept',
    'ip saddr @peers accept',
    'ip saddr != 10.0.0.1 accept',
    'tcp dport 80-90 accept',
    'tcp dport != 80 accept',
    'meta l4proto != tcp accept',
    'meta l4proto tcp meta nfproto ipv4 accept',
    'icmp type 8 accept',
    'ct state invalid drop',
  ]) {
    assert.is(merge(...times(20, () => line)).maps.length, 0, line)
  }
  const silent = times(20, (at) => `tcp dport ${at + 1} accept`).map(readRule)
  const uncounted = mergeRules([policyOf('p', silent)], place)
  assert.is(uncounted.maps.things.length, 0)
})

test('mergeRules() leaves the maps of later policies as they are when a run is added before them', () => {
  const runOf = (name: string, verdict: string) =>
    policyOf(name, rules(...times(11, (at) => `tcp dport ${at + 1} ${verdict}`)))
  const before = mergeRules([runOf('b', 'accept'), runOf('c', 'drop')], place).maps.things
  const after = mergeRules([runOf('a', 'drop'), runOf('b', 'accept'), runOf('c', 'drop')], place).maps.things
  assert.equal(after.slice(1), before)
})

const plain = ({ groups, maps, sets }: ReturnType<typeof mergeRules>) =>
  [groups, maps, sets].map(({ things, at }) => ({ things: [...things], at: [...at] }))

test('mergeRules() gives for a list of which little differs from the last one what it gives from nothing', () => {
  const lines = ['tcp dport 22 accept', 'udp dport 53 accept', 'tcp dport 1-9 accept', 'ip saddr 10.0.0.1 drop']
  for (let index = 0; index < 200; index++) {
    const dice = diceOf(`merge ${index}`)
    let made = 0
    const policy = () => {
      const kinds = lines.slice(0, 1 + (index % lines.length))
      return policyOf(`p${made++}`, rules(...times(dice.below(20), () => dice.pick(kinds))))
    }
    let list = Array.from({ length: dice.below(20) }, policy)
    let last = { policies: list, merged: mergeRules(list, place) }
    for (let edit = 0; edit < 6; edit++) {
      const [at, gone] = [dice.below(list.length + 1), dice.below(3)]
      const added = Array.from({ length: dice.below(3) }, policy)
      list = [...list.slice(0, at), ...added, ...list.slice(at + gone)]
      const merged = mergeRules(list, place, last)
      assert.equal(plain(merged), plain(mergeRules(list, place)), `${index} ${edit}`)
      last = { policies: list, merged }
    }
  }
})

test.run()
