/** Real packets through real tables: behaviour.md's worked examples and clauses, as far as they are enforced. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hasErrors } from '../../src/diagnostic/diagnostic.ts'
import { printReplacement } from '../../src/diff/print-script.ts'
import { kernelAvailable } from '../fakes/kernel.ts'
import { skipLoudly } from '../fakes/skip.ts'
import { compileCase } from '../golden/golden-cases.ts'
import { interfaceScenarios } from './interface-scenarios.ts'
import { listScenarios } from './list-scenarios.ts'
import { matchingScenarios } from './matching-scenarios.ts'
import { mergingScenarios } from './merging-scenarios.ts'
import { PacketLab } from './packet-lab.ts'
import { filesOf, labFacts, readProbes, type Scenario } from './packet-policies.ts'

interface Observed {
  readonly verdicts: readonly ('pass' | 'drop')[]
  readonly counters: ReadonlyMap<string, number>
}

const packets = suite('packets')
const facts = labFacts()
let lab: PacketLab | undefined

packets.before(async () => {
  lab = new PacketLab()
  await lab.start()
})
packets.after(() => lab?.remove())

for (const scenario of [...listScenarios, ...interfaceScenarios, ...matchingScenarios, ...mergingScenarios]) {
  const probes = scenario.probes.flatMap(readProbes)
  let observed: Promise<Observed> | undefined
  for (const [at, { title, probe }] of probes.entries()) {
    packets(`${title} (${scenario.title})`, async () => {
      observed ??= observe(scenario)
      assert.is((await observed).verdicts[at], probe.expected)
    })
  }
  for (const [name, count] of Object.entries(scenario.counts ?? {})) {
    packets(`counter ${name} is ${count} (${scenario.title})`, async () => {
      assert.is((await observed)?.counters.get(name), count)
    })
  }
}

const available = kernelAvailable()
if (available.ok) packets.run()
else skipLoudly(available.reason)

/** Loads the scenario's table and sends its probes, once. */
async function observe(scenario: Scenario): Promise<Observed> {
  if (lab === undefined) throw new Error('there is no lab')
  const compiled = compileCase({ facts, files: filesOf(scenario) })
  const faults = compiled.diagnostics.map((diagnostic) => diagnostic.message)
  assert.not(hasErrors(compiled.diagnostics), faults.join('; '))
  lab.run('host', 'nft -f -', printReplacement(compiled.ruleset))
  for (const place of ['outside', 'host', 'inside'] as const) {
    const line = scenario.prepare?.[place]
    if (line !== undefined) lab.run(place, line)
  }
  const verdicts = await lab.probe(scenario.probes.flatMap(readProbes).map(({ probe }) => probe))
  const counters = lab.counters()
  if (scenario.restore !== undefined) lab.run('host', scenario.restore)
  return { verdicts, counters }
}
