/** Scenarios as tests: each loads its table into the lab once, sends its probes together, and has one test for each of them. */

import type { Test } from 'uvu'
import * as assert from 'uvu/assert'
import { hasErrors } from '../../src/diagnostic/diagnostic.ts'
import { printReplacement } from '../../src/diff/print-script.ts'
import { compileCase } from '../golden/golden-cases.ts'
import { type Fate, places } from './lab-addresses.ts'
import { PacketLab } from './packet-lab.ts'
import { filesOf, labFacts, readProbes, type Scenario } from './packet-policies.ts'

interface Observed {
  readonly verdicts: readonly Fate[]
  readonly counters: ReadonlyMap<string, number>
}

/** Needs a kernel; the lab is made before the first test and removed after the last. */
export function addScenarios(packets: Test, scenarios: readonly Scenario[]): void {
  let lab: PacketLab | undefined
  packets.before(async () => {
    lab = new PacketLab()
    await lab.start()
  })
  packets.after(() => lab?.remove())
  for (const scenario of scenarios) {
    let observed: Promise<Observed> | undefined
    const observeOnce = (): Promise<Observed> => {
      observed ??= observe(scenario, lab)
      return observed
    }
    for (const [at, { title, probe }] of scenario.probes.flatMap(readProbes).entries()) {
      packets(`${title} (${scenario.title})`, async () => {
        assert.is((await observeOnce()).verdicts[at], probe.expected)
      })
    }
    for (const [counter, count] of Object.entries(scenario.counts ?? {})) {
      packets(`counter ${counter} is ${count} (${scenario.title})`, async () => {
        assert.is((await observeOnce()).counters.get(counter), count)
      })
    }
  }
}

async function observe(scenario: Scenario, lab: PacketLab | undefined): Promise<Observed> {
  if (lab === undefined) throw new Error('there is no lab')
  const compiled = compileCase({ facts: labFacts(), files: filesOf(scenario) })
  const faults = compiled.diagnostics.map((diagnostic) => diagnostic.message)
  assert.not(hasErrors(compiled.diagnostics), faults.join('; '))
  lab.run('host', 'nft -f -', printReplacement(compiled.ruleset))
  for (const place of places) {
    const line = scenario.prepare?.[place]
    if (line !== undefined) lab.run(place, line)
  }
  const verdicts = await lab.probe(scenario.probes.flatMap(readProbes).map(({ probe }) => probe))
  const counters = lab.counters()
  if (scenario.restore !== undefined) lab.run('host', scenario.restore)
  return { verdicts, counters }
}
