import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { diff } from '../../src/diff/diff.ts'
import type { Change } from '../../src/diff/plan.ts'
import { printRule } from '../../src/ruleset/print-rule.ts'
import type { Ruleset } from '../../src/ruleset/ruleset.ts'
import { compileCase } from '../golden/golden-cases.ts'
import {
  allow,
  allowAll,
  deny,
  e0,
  filesOf,
  labFacts,
  policy,
  tcpTo,
  tier,
  workload,
} from '../kernel/packet-policies.ts'

const compile = (documents: readonly object[], endpoint = e0()): Ruleset =>
  compileCase({ facts: labFacts(), files: filesOf({ documents: [endpoint, ...documents] }) }).ruleset

/** One rule each, of a form that is not merged. */
const services = (count: number, spec = {}) =>
  Array.from({ length: count }, (_, at) =>
    policy(`svc-${at}`, { order: 10 * at, ingress: [allow(tcpTo(`${2 * at + 1}:${2 * at + 2}`))], ...spec }),
  )
const extra = (order: number) => policy(`extra-${order}`, { order, ingress: [allow(tcpTo('5000:5001'))] })

const driver = 'ingress/e0/policy'
const inSegments = compile(services(500))
const segmentsOf = (ruleset: Ruleset, list = driver) =>
  [...ruleset.chains.values()].filter(({ name }) => name.startsWith(`${list}/default/`))

/** Names of chains whose rules change, come or go. */
const touched = (changes: readonly Change[]): readonly string[] =>
  changes.flatMap((change) => {
    if (change.type === 'replace-rules') return [change.chain]
    return change.type === 'chain' ? [change.chain.name] : []
  })

test('policyChains() cuts a long list into segments that hold all its rules in order', () => {
  const jumps = inSegments.chains
    .get(driver)
    ?.rules.map((rule) => (rule.verdict?.type === 'jump' ? rule.verdict.chain.replace(/\/gate$/, '') : ''))
  const comments = (jumps ?? [])
    .flatMap((name) => inSegments.chains.get(name)?.rules ?? [])
    .map(({ comment }) => comment)
  assert.equal(
    comments,
    Array.from({ length: 500 }, (_, at) => `GlobalNetworkPolicy/svc-${at} ingress[0]`),
  )
  assert.ok(segmentsOf(inSegments).length > 3)
  assert.ok(segmentsOf(inSegments).every(({ rules }) => rules.length <= 257))
})

test('policyChains() rewrites only its own segment, and the list of jumps, when a policy is added to 500', () => {
  for (let order = 5; order < 5000; order += 410) {
    const changed = touched(diff(compile([...services(500), extra(order)]), inSegments).changes)
    const segments = new Set(changed.filter((name) => name !== driver))
    // two where the new policy begins a segment: the rest of the old one, and the new one
    assert.ok(segments.size <= 2, `order ${order}: ${[...segments].join(' ')}`)
  }
})

test('policyChains() rewrites only its own segment when a rule changes', () => {
  for (let at = 0; at < 500; at += 83) {
    const edited = services(500).map((one, index) =>
      index === at ? policy(`svc-${at}`, { order: 10 * at, ingress: [deny(tcpTo('7000:7001'))] }) : one,
    )
    assert.is(new Set(touched(diff(compile(edited), inSegments).changes)).size, 1)
  }
})

/** What the packet lab's host has, the list's chain, and how its policies come to it. */
const otherStages = [
  { chain: 'forward/ingress/e0/policy', owner: e0(), spec: { applyOnForward: true }, lists: 2 },
  {
    chain: 'workload/ingress/default/a/policy',
    owner: workload('a', 'cali1', { ipNetworks: ['10.65.0.2'] }),
    spec: { selector: 'has(app)' },
    lists: 1,
  },
]

for (const { chain, owner, spec, lists } of otherStages)
  test(`policyChains() rewrites one segment of ${chain} when one of 1000 rules changes`, () => {
    const all = services(1000, spec)
    const before = compile(all, owner)
    assert.ok(segmentsOf(before, chain).length > 10)
    for (let at = 0; at < 1000; at += 450) {
      const edited = all.map((one, index) =>
        index === at ? policy(`svc-${at}`, { order: 10 * at, ...spec, ingress: [deny(tcpTo('7000:7001'))] }) : one,
      )
      // a policy that applies on forward stands in the local list, too
      const changed = new Set(touched(diff(compile(edited, owner), before).changes))
      assert.is(changed.size, lists)
      assert.is([...changed].filter((name) => name.startsWith(`${chain}/default/`)).length, 1)
    }
  })

test('policyChains() keeps a list of up to 256 rules in one chain', () => {
  assert.is(segmentsOf(compile(services(256))).length, 0)
  assert.ok(segmentsOf(compile(services(257))).length > 0)
})

test('policyChains() keeps a policy with a Pass out of the segments: its return leaves the whole list', () => {
  const passing = policy('passing', { order: 2505, ingress: [{ action: 'Pass', ...tcpTo(80) }] })
  const ruleset = compile([...services(500), passing], e0(allowAll))
  const list = ruleset.chains.get(`${driver}/default`)?.rules ?? []
  const returns = [...ruleset.chains.values()].flatMap(({ name, rules }) =>
    rules.filter(({ verdict }) => verdict?.type === 'return').map(() => name),
  )
  assert.equal(returns, [`${driver}/default`])
  assert.equal(list.filter(({ verdict }) => verdict?.type !== 'jump').map(printRule), [
    'tcp dport 80 counter name "gnp/passing/ingress/0" return comment "GlobalNetworkPolicy/passing ingress[0]"',
    'counter name "endpoint/e0/ingress/denied" drop comment "HostEndpoint/e0 ingress default"',
  ])
})

test('policyChains() takes any number of tiers with a Pass, for workloads and forwarded packets, too', () => {
  const names = Array.from({ length: 40 }, (_, at) => `t${String(at).padStart(2, '0')}`)
  const tiers = names.flatMap((name, order) => [
    tier(name, { order }),
    policy(`${name}.p`, {
      tier: name,
      selector: 'all()',
      applyOnForward: true,
      ingress: [{ action: 'Pass', ...tcpTo(80) }, ...(order === 39 ? [allow(tcpTo(80))] : [])],
    }),
  ])
  const ruleset = compile([...tiers, workload('a', 'cali1', { ipNetworks: ['10.65.0.2'] })])
  for (const chain of ['forward/ingress/e0/policy', 'workload/ingress/default/a/policy'])
    assert.is(
      ruleset.chains.get(chain)?.rules.filter(({ verdict }) => verdict?.type === 'jump').length,
      41 - (chain.startsWith('forward') ? 1 : 1),
    )
})

test.run()
