/** The evaluator against the kernel: the verdict of every probe of the packet tests, and the counters that it moves. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { printReplacement } from '../../src/diff/print-script.ts'
import { trace } from '../../src/explain/trace.ts'
import type { Ruleset } from '../../src/ruleset/ruleset.ts'
import { kernelAvailable } from '../fakes/kernel.ts'
import { skipLoudly } from '../fakes/skip.ts'
import { compileCase } from '../golden/golden-cases.ts'
import { interfaceScenarios } from './interface-scenarios.ts'
import { places } from './lab-addresses.ts'
import { listScenarios } from './list-scenarios.ts'
import { matchingScenarios } from './matching-scenarios.ts'
import { mergingScenarios } from './merging-scenarios.ts'
import { PacketLab } from './packet-lab.ts'
import { filesOf, labFacts, readProbes, type Scenario } from './packet-policies.ts'
import { packetsOf } from './probe-packets.ts'
import { tierScenarios } from './tier-scenarios.ts'

const test = suite('kernel: explain')
const facts = labFacts()
let lab: PacketLab | undefined

test.before(async () => {
  lab = new PacketLab()
  await lab.start()
})
test.after(() => lab?.remove())

for (const scenario of [
  ...listScenarios,
  ...tierScenarios,
  ...interfaceScenarios,
  ...matchingScenarios,
  ...mergingScenarios,
]) {
  test(`trace() says what the kernel does (${scenario.title})`, async () => {
    const { ruleset } = compileCase({ facts, files: filesOf(scenario) })
    const expected = traced(ruleset, scenario)
    const observed = await sent(ruleset, scenario)
    assert.equal(observed.verdicts, expected.verdicts)
    // a system says more than it is asked for (answers, errors, repetitions), so a counter may be ahead, never behind
    const behind = [...expected.counters].filter(([name, count]) => (observed.counters.get(name) ?? 0) < count)
    assert.equal(behind, [], [...observed.counters].map(([name, count]) => `${name}: ${count}`).join('\n'))
  })
}

interface Seen {
  /** `title: pass` */
  readonly verdicts: readonly string[]
  /** Packets by counter name. */
  readonly counters: ReadonlyMap<string, number>
}

function traced(ruleset: Ruleset, scenario: Scenario): Seen {
  const counts = new Map<string, number>()
  const verdicts = scenario.probes.flatMap(readProbes).map(({ title, probe }) => {
    let verdict = 'pass'
    for (const packet of packetsOf(probe, scenario)) {
      const found = trace({ ruleset, packet })
      assert.is(found.unknown, false)
      const steps = found.stages.flatMap((stage) => stage.steps)
      for (const name of steps.flatMap((step) => step.counters)) counts.set(name, (counts.get(name) ?? 0) + 1)
      if (found.verdict === 'deny') {
        verdict = 'drop'
        break
      }
    }
    return `${title}: ${verdict}`
  })
  return { verdicts, counters: counts }
}

async function sent(ruleset: Ruleset, scenario: Scenario): Promise<Seen> {
  if (lab === undefined) throw new Error('there is no lab')
  lab.run('host', 'nft -f -', printReplacement(ruleset))
  for (const place of places) {
    const line = scenario.prepare?.[place]
    if (line !== undefined) lab.run(place, line)
  }
  const probes = scenario.probes.flatMap(readProbes)
  const verdicts = await lab.probe(probes.map(({ probe }) => probe))
  const counters = lab.counters()
  if (scenario.restore !== undefined) lab.run('host', scenario.restore)
  return { verdicts: probes.map(({ title }, at) => `${title}: ${verdicts[at]}`), counters }
}

const available = kernelAvailable()
if (available.ok) test.run()
else skipLoudly(available.reason)
