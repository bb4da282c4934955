/** What was compiled before saves time and decides nothing: edit after edit, the table is the one from nothing. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Compilation } from '../../src/compile/compilation.ts'
import { compileHost } from '../../src/compile/compile-host.ts'
import { applied } from '../../src/diff/apply-plan.ts'
import { diff } from '../../src/diff/diff.ts'
import { printScript } from '../../src/diff/print-script.ts'
import { asFile, type PolicyReading, readPolicy } from '../../src/pipeline.ts'
import type { HostView } from '../../src/policy/host-view.ts'
import type { NetworkPolicy } from '../../src/policy/network-policy.ts'
import type { PolicySet } from '../../src/policy/policy-set.ts'
import { resolveHost } from '../../src/resolve/resolve-host.ts'
import { printTable } from '../../src/ruleset/print-table.ts'
import type { Ruleset } from '../../src/ruleset/ruleset.ts'
import { generatedNode, generatePolicies } from '../bench/generate-policies.ts'
import { type Dice, diceOf } from '../fakes/dice.ts'
import { filesOf } from '../fakes/plain-document.ts'
import { editPolicySet } from '../fakes/policy-edits.ts'
import { randomHostFacts, randomPolicy } from '../fakes/random-policy.ts'
import { allow, deny, e0, policy, staged, tcpTo } from '../kernel/packet-policies.ts'

const test = suite('incremental')

const viewOf = (policySet: PolicySet, facts = randomHostFacts): HostView =>
  resolveHost({ policySet, facts, failsafes: 'minimal', controlPorts: [] }).value

/** Nothing of it was ever compiled: what is remembered of peers hangs on their objects. */
const asNew = (view: HostView): HostView => ({
  ...view,
  peers: new Map([...view.peers].map(([key, peers]) => [key, { ...peers }])),
})

const text = (ruleset: Ruleset | undefined): string => (ruleset === undefined ? '' : printTable(ruleset))

function assertSame(compiled: Compilation, fresh: Compilation, what: string): void {
  assert.is(text(compiled.ruleset), text(fresh.ruleset), what)
  assert.equal(new Map(compiled.counters), new Map(fresh.counters), what)
  assert.equal(new Map(compiled.origins), new Map(fresh.origins), what)
}

/** Compiles after each edit, with and without what was before. */
function followEdits(dice: Dice, start: PolicySet, facts = randomHostFacts): void {
  const options = dice.chance(0.5) ? { mostIntervals: 0 } : {}
  let policySet = start
  let before: Compilation | undefined
  let freshBefore: Compilation | undefined
  for (let edit = 0; edit < 8; edit++) {
    const view = viewOf(policySet, facts)
    const compiled: Compilation = compileHost(view, { ...options, before })
    const fresh = compileHost(asNew(view), options)
    assertSame(compiled, fresh, `edit ${edit}`)
    const plan = diff(compiled.ruleset, before?.ruleset)
    assert.is(text(applied(before?.ruleset, plan)), text(fresh.ruleset), `edit ${edit}`)
    assert.is(printScript(plan), printScript(diff(fresh.ruleset, freshBefore?.ruleset)), `edit ${edit}`)
    ;[before, freshBefore] = [compiled, fresh]
    policySet = dice.chance(0.15) ? start : editPolicySet(dice, policySet)
  }
}

test('compileHost() gives after each of random edits what it gives from nothing', () => {
  for (let index = 0; index < 100; index++) {
    const dice = diceOf(`incremental ${index}`)
    followEdits(dice, readPolicy(filesOf(randomPolicy(dice))).value)
  }
})

/** Lists of several segments, and of one long lookup. */
const large = (variant: 'mixed' | 'mergeable'): PolicySet => {
  const files = generatePolicies({ ruleCount: 1200, variant, edition: 0 })
  return readPolicy(files.map(asFile)).value
}
const benchFacts = { ...randomHostFacts, node: generatedNode }

for (const variant of ['mixed', 'mergeable'] as const)
  test(`compileHost() gives after each of random edits of 60 ${variant} policies what it gives from nothing`, () => {
    for (let index = 0; index < 3; index++) followEdits(diceOf(`${variant} ${index}`), large(variant), benchFacts)
  })

/** What of the table is not the same object as before, and what is gone, by name. */
function newParts(now: Ruleset, before: Ruleset): readonly string[] {
  const parts = (table: Ruleset) => new Map<string, object>([...table.chains, ...table.sets, ...table.maps])
  const [then, later] = [parts(before), parts(now)]
  return [...new Set([...then.keys(), ...later.keys()])].filter((name) => then.get(name) !== later.get(name)).sort()
}

const edited = (set: PolicySet, name: string, edit: (policy: NetworkPolicy) => NetworkPolicy): PolicySet => ({
  ...set,
  policies: set.policies.map((policy) => (policy.name === name ? edit(policy) : policy)),
})

test('compileHost() makes one chain and its gate anew when a rule of one policy changes, and compiles that policy alone', () => {
  const set = large('mixed')
  const before = compileHost(viewOf(set, benchFacts))
  assert.ok(before.ruleset.chains.size > 30)
  const change = (policy: NetworkPolicy) => ({ ...policy, ingress: policy.ingress.slice(1) })
  const view = viewOf(edited(set, 'policy-00040', change), benchFacts)
  const now = compileHost(view, { before })
  const segment = 'ingress/bench-1-eth0/policy/default/policy-00038'
  assert.equal(newParts(now.ruleset, before.ruleset), [segment, `${segment}/gate/ports`])
  const policiesOf = ({ remains }: Compilation) => [...remains.stations.values()].flatMap(({ policies }) => policies)
  const known = new Set(policiesOf(before))
  assert.equal(
    policiesOf(now).flatMap((policy) => (known.has(policy) ? [] : [policy.name])),
    ['policy-00040'],
  )
})

test('compileHost() gives the very same table when nothing that it depends on changes', () => {
  const set = large('mixed')
  const before = compileHost(viewOf(set, benchFacts))
  const touched = { ...set, policies: set.policies.map((policy) => ({ ...policy, annotations: new Map() })) }
  assert.is(compileHost(viewOf(touched, benchFacts), { before }).ruleset, before.ruleset)
})

test('compileHost() changes the elements of a long lookup, and the rule only where its comment tells another number', () => {
  const set = large('mergeable')
  const before = compileHost(viewOf(set, benchFacts))
  const flipped = edited(set, 'policy-00040', (policy) => ({
    ...policy,
    ingress: policy.ingress.map((rule) => ({
      ...rule,
      protocol: 17,
      destination: { ...rule.destination, ports: [{ from: 7, to: 7 }] },
    })),
  }))
  const now = compileHost(viewOf(flipped, benchFacts), { before })
  const map = 'ingress/bench-1-eth0/policy/default/merged-policy-00000'
  assert.equal(newParts(now.ruleset, before.ruleset), [map])
  assert.equal(
    diff(now.ruleset, before.ruleset).changes.map(
      (change) => `${change.type} ${'elements' in change ? change.elements.size : ''}`,
    ),
    ['map-elements 20', 'map-elements 20'],
  )
})

test('compileHost() keeps a lookup that two lists share as long as one of them has it', () => {
  const ports = (first: number) => Array.from({ length: 12 }, (_, at) => allow(tcpTo(first + at)))
  const trying = (...rules: readonly object[]) => staged('web', { ingress: [...rules, deny(tcpTo('9000:9010'))] })
  const web = policy('web', { ingress: ports(1000) })
  const editions = [trying(...ports(1000)), trying(...ports(2000)), trying(...ports(1000)), trying()]
  let reading: PolicyReading | undefined
  let before: Compilation | undefined
  const counts = editions.map((edition) => {
    const documents = [e0(), web, edition]
    const files = documents.map((one, at) => asFile({ path: `${at}.yaml`, text: JSON.stringify(one) }))
    reading = readPolicy(files, reading)
    const view = viewOf(reading.value)
    const compiled: Compilation = compileHost(view, { before })
    assertSame(compiled, compileHost(asNew(view)), JSON.stringify(edition))
    before = compiled
    return [...compiled.ruleset.sets.keys()].filter((name) => name.startsWith('staged/merged/')).length
  })
  assert.equal(counts, [1, 2, 1, 1])
})

test.run()
