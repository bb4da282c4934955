/** scenarios.json: connections through whole topologies. */

import { readFacts } from './corpus.ts'
import { type Probe, travel } from './journey.ts'
import { compare, type Judgement } from './judgement.ts'
import { buildWorld, type Scenario, withAddresses } from './topology.ts'

interface ScenarioFact extends Scenario {
  readonly probes: readonly Probe[]
}

/** One judgement a probe, one more for a scenario whose policy is refused. */
export function judgeScenarios(): readonly Judgement[] {
  return readFacts<ScenarioFact>('scenarios.json').flatMap(judgeScenario)
}

function judgeScenario(written: ScenarioFact): readonly Judgement[] {
  const fact = withAddresses(written)
  const world = buildWorld(fact)
  const refused = world.refused.map((detail): Judgement => ({ id: fact.id, outcome: { type: 'disagrees', detail } }))
  const probes = fact.probes.map(
    (probe, at): Judgement => ({ id: `${fact.id}: ${at}`, outcome: compare(travel(world, probe), probe.expect) }),
  )
  return [...refused, ...probes]
}
