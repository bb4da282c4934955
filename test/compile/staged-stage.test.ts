import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { printRule } from '../../src/ruleset/print-rule.ts'
import { printTable } from '../../src/ruleset/print-table.ts'
import type { Rule } from '../../src/ruleset/rule.ts'
import type { Ruleset } from '../../src/ruleset/ruleset.ts'
import { compileDocuments } from '../fakes/agreement.ts'
import { diceOf } from '../fakes/dice.ts'
import { randomHostFacts, randomPolicy } from '../fakes/random-policy.ts'
import { allow, deny, e0, e1, endpoint, policy, staged, stagedDelete, tcpTo } from '../kernel/packet-policies.ts'
import { linesOf, tableOf } from './compiled-table.ts'

const isStaged = (name: string): boolean => name.startsWith('staged/')
const stagedChains = (table: Ruleset) => [...table.chains.values()].filter(({ name }) => isStaged(name))
const namesIn = (table: Ruleset): readonly string[] => stagedChains(table).map(({ name }) => name)
const web = policy('web', { ingress: [allow(tcpTo(80))] })

/** Of random policies with a staged one: the table with it and the one without. */
const pairs = Array.from({ length: 80 }, (_, seed) => {
  const documents = randomPolicy(diceOf(`staged ${seed}`))
  const host = { facts: randomHostFacts, failsafes: 'minimal' } as const
  const plain = documents.filter(({ kind }) => !kind.startsWith('Staged'))
  const [full, without] = [compileDocuments(documents, host), compileDocuments(plain, host)]
  if (typeof full === 'string' || typeof without === 'string') throw new Error(`${full} ${without}`)
  return { full: full.ruleset, without: without.ruleset }
}).filter(({ full }) => stagedChains(full).length > 0)

test('addStagedPolicies() leaves the enforced part of the table as it is', () => {
  assert.ok(pairs.length > 15)
  for (const { full, without } of pairs) {
    const enforced = [...full.chains].filter(([name]) => !isStaged(name))
    assert.equal(enforced, [...without.chains])
    for (const [name, map] of without.maps) assert.equal(full.maps.get(name), map)
    for (const [name, set] of without.sets) assert.equal(full.sets.get(name), set)
    for (const { rules } of enforced.map(([, chain]) => chain))
      assert.not(rules.some(({ verdict }) => verdict !== undefined && 'chain' in verdict && isStaged(verdict.chain)))
  }
})

test('addStagedPolicies() only ever counts and accepts', () => {
  const isHarmless = ({ statements, verdict }: Rule): boolean =>
    statements.every(({ type }) => type === 'counter') &&
    verdict !== undefined &&
    ['accept', 'return', 'jump', 'goto', 'lookup'].includes(verdict.type)
  for (const { full } of pairs) {
    const rules = stagedChains(full).flatMap((chain) => chain.rules)
    assert.equal(rules.filter((rule) => !isHarmless(rule)).map(printRule), [])
    const leading = rules.flatMap(({ verdict }) => (verdict !== undefined && 'chain' in verdict ? [verdict.chain] : []))
    assert.ok(leading.every(isStaged))
    assert.ok([...full.counters].filter(isStaged).length > 0)
  }
})

test('addStagedPolicies() adds nothing where no staged policy applies, or none can make a difference', () => {
  const elsewhere = staged('web', { selector: "hep == 'e1'", ingress: [allow()] })
  const nowhere = staged('other', { selector: "hep == 'e9'", ingress: [allow({ source: { selector: 'all()' } })] })
  assert.equal(printTable(tableOf(e0(), web, nowhere, stagedDelete('nothing'))), printTable(tableOf(e0(), web)))
  // without it the endpoint still allows nothing
  assert.equal(namesIn(tableOf(e0(), policy('none', { ingress: [deny()] }), stagedDelete('none'))), [])
  assert.ok(namesIn(tableOf(e0(), e1(), web, elsewhere)).includes('staged/gnp/web/ingress/e1'))
})

test('addStagedPolicies() tries a policy out just before the list that it changes', () => {
  const table = tableOf(e0(), staged('web', { ingress: [allow(tcpTo(443)), deny(tcpTo(80))] }))
  assert.equal([...namesIn(table)].sort(), [
    'staged/failsafe/ingress',
    'staged/gnp/web/count-ingress-allowed',
    'staged/gnp/web/ingress',
    'staged/gnp/web/ingress/e0',
    'staged/gnp/web/ingress/e0/lists',
    'staged/gnp/web/ingress/e0/lists/policy',
    'staged/gnp/web/on-input',
  ])
  assert.equal(table.chains.get('staged/gnp/web/on-input')?.hook, {
    type: 'filter',
    hook: 'input',
    priority: -1,
    fallback: 'accept',
  })
})

test('addStagedPolicies() keeps the star endpoint off the interfaces of others (IF-40)', () => {
  const star = endpoint('star', { interfaceName: '*' })
  const table = tableOf(e0(), star, staged('s', { selector: "hep == 'star'", ingress: [allow(tcpTo(80))] }))
  assert.equal(
    linesOf(table, 'staged/gnp/s/ingress'),
    ['iifname vmap @staged', 'iifname "lo" accept', 'goto staged/gnp/s/ingress/star'].map((line) =>
      line.replace('@staged', '@staged/gnp/s/ingress'),
    ),
  )
  assert.equal([...(table.maps.get('staged/gnp/s/ingress')?.elements ?? [])], [['"eth0"', { type: 'accept' }]])
})

test('addStagedPolicies() merges what is merged in the enforced list, and names no two chains alike', () => {
  const many = policy('many', { ingress: Array.from({ length: 40 }, (_, at) => allow(tcpTo(3000 + at))) })
  const odd = endpoint('denied', { interfaceName: 'eth1' }, { hep: 'e0' })
  const table = tableOf(e0(), odd, many, staged('web', { order: 1, ingress: [deny(tcpTo(3000))] }))
  assert.equal(linesOf(table, 'staged/gnp/web/ingress/denied/lists/policy'), [
    'tcp dport 3000 goto staged/gnp/web/ingress/denied/lists/after-deny',
    'meta l4proto . th dport @staged/merged/0d5387bb52a8 goto staged/gnp/web/ingress/denied/lists/after-allow',
  ])
  assert.equal(linesOf(table, 'staged/gnp/web/count-ingress-denied'), [
    'counter name "staged/gnp/web/ingress/denied" accept',
  ])
})

test.run()
