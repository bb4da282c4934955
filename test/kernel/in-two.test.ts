/** A change in two transactions, in a real kernel: the first changes what becomes of packets, and what it leaves over no packet meets. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { compileHost } from '../../src/compile/compile-host.ts'
import { diff } from '../../src/diff/diff.ts'
import type { Change } from '../../src/diff/plan.ts'
import { printInTwo } from '../../src/diff/print-in-two.ts'
import { printReplacement } from '../../src/diff/print-script.ts'
import { readPolicy } from '../../src/pipeline.ts'
import { resolveHost } from '../../src/resolve/resolve-host.ts'
import { printTable } from '../../src/ruleset/print-table.ts'
import type { Ruleset } from '../../src/ruleset/ruleset.ts'
import { namesUsedBy } from '../../src/ruleset/used-names.ts'
import { diceOf } from '../fakes/dice.ts'
import { kernelAvailable } from '../fakes/kernel.ts'
import { filesOf } from '../fakes/plain-document.ts'
import { editPolicySet } from '../fakes/policy-edits.ts'
import { randomHostFacts, randomPolicy } from '../fakes/random-policy.ts'
import { skipLoudly } from '../fakes/skip.ts'
import { compileCase, goldenCases } from '../golden/golden-cases.ts'
import { differingLines, listing } from './listed-table.ts'
import { NftSession } from './nft-session.ts'

const test = suite('in two')

interface Step {
  readonly title: string
  readonly from: Ruleset
  readonly to: Ruleset
}

/** Gives how many of the steps are carried out in one transaction, in two, and otherwise. */
async function follow(steps: readonly Step[]): Promise<readonly [number, number, number]> {
  const session = new NftSession()
  const checks: ((printed: readonly string[]) => void)[] = []
  const load = (script: string, title: string): void => {
    const at = session.load(script)
    checks.push((printed) => assert.is(printed[at], '', title))
  }
  const counts: [number, number, number] = [0, 0, 0]
  for (const { title, from, to } of steps) {
    const plan = diff(to, from)
    const scripts = printInTwo(plan, to)
    counts[scripts === undefined ? 2 : scripts.length > 1 ? 1 : 0] += 1
    if (scripts === undefined) continue
    load(printReplacement(from), title)
    for (const script of scripts) load(script, title)
    const end = session.list()
    checks.push((printed) => assert.equal(differingLines(printTable(listing(printed[end])), printTable(to)), [], title))
    if (scripts.length < 2) continue
    load(printReplacement(from), title)
    load(scripts[0] ?? '', title)
    const between = session.list()
    checks.push((printed) => assertUnmet(diff(to, listing(printed[between])).changes, to, title))
  }
  const printed = await session.run()
  for (const check of checks) check(printed)
  return counts
}

/** What is to be deleted hangs on no hook, and nothing that stays leads to it. */
function assertUnmet(changes: readonly Change[], table: Ruleset, title: string): void {
  const used = new Set([...table.chains.values()].flatMap((chain) => [...namesUsedBy(chain)]))
  for (const change of changes) {
    const what = `${title}: ${JSON.stringify(change)}`
    assert.ok('action' in change && change.action === 'delete' && !change.type.endsWith('elements'), what)
    if (change.type === 'chain') assert.is(change.chain.hook, undefined, what)
    if (change.type === 'chain') assert.not(used.has(change.chain.name), what)
  }
}

function randomSteps(seed: string): readonly Step[] {
  const dice = diceOf(seed)
  let policySet = readPolicy(filesOf(randomPolicy(dice))).value
  const mostIntervals = dice.chance(0.5) ? 0 : undefined
  const compile = (): Ruleset => {
    const view = resolveHost({ policySet, facts: randomHostFacts, failsafes: 'minimal', controlPorts: [] }).value
    return compileHost(view, mostIntervals === undefined ? {} : { mostIntervals }).ruleset
  }
  const steps: Step[] = []
  for (let before = compile(), edit = 0; edit < 6; edit++) {
    policySet = editPolicySet(dice, policySet)
    const after = compile()
    steps.push({ title: `${seed} ${edit}`, from: before, to: after })
    steps.push({ title: `${seed} ${edit}, and back`, from: after, to: before })
    before = after
  }
  return steps
}

test('random edits: after the last transaction the table is the desired one, after the first what is left over is unmet', async () => {
  const counts = [0, 0, 0]
  for (let at = 0; at < 12; at++)
    for (const [kind, count] of (await follow(randomSteps(`in two ${at}`))).entries())
      counts[kind] = (counts[kind] ?? 0) + count
  const [one = 0, two = 0, otherwise = 0] = counts
  assert.ok(one > 40 && two > 10 && otherwise < one + two, `${one} in one, ${two} in two, ${otherwise} otherwise`)
})

test('pairs of goldens', async () => {
  const tables = (await goldenCases()).map((golden) => ({ name: golden.name, ruleset: compileCase(golden).ruleset }))
  const dice = diceOf('goldens in two')
  const steps = Array.from({ length: 40 }, () => {
    const [from, to] = [dice.pick(tables), dice.pick(tables)]
    return { title: `${from.name} -> ${to.name}`, from: from.ruleset, to: to.ruleset }
  })
  const [one, two] = await follow(steps)
  assert.ok(one + two > 10, `${one} in one, ${two} in two`)
})

const available = kernelAvailable()
if (available.ok) test.run()
else skipLoudly(available.reason)
