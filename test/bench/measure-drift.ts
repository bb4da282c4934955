/** Measures how fast the agent repairs what somebody else did, beside the two calls of nft that nobody can do without. */

import { Namespaces } from '../fakes/kernel.ts'
import type { DriftKind, DriftSample } from './drift-rounds.ts'
import type { Figure, Question } from './figure.ts'
import { generatePolicies } from './generate-policies.ts'
import type { Measurement, Pace, Scale, Taken } from './measurement.ts'
import { inside } from './namespaced.ts'
import { timeProgram } from './time-program.ts'
import { emptyFolder, type Workbench, writeFiles } from './workbench.ts'

const sizes: Readonly<Record<Scale, readonly number[]>> = { full: [100, 1000], quick: [100] }
const kinds: readonly DriftKind[] = ['a rule added', 'a chain of policy emptied', 'the table deleted']
const timeoutMs = 10 * 60_000

export const drift: Measurement = {
  name: 'drift',
  about:
    "Drift: from somebody else's commit to the agent's repair, as `nft monitor` hears of both, beside bare nft that lists the table and loads the same repair.",
  questions: (scale) => sizes[scale].flatMap((rules) => kinds.map((kind) => questionFor(kind, rules))),
  take,
}

function questionFor(kind: DriftKind, rules: number): Question {
  return {
    what: `${kind}, ${rules.toLocaleString('en')} rules`,
    unit: 'ms',
    beside: 'plain nft',
  }
}

async function take(workbench: Workbench, { scale, runs }: Pace): Promise<Taken> {
  const figures: Figure[] = []
  for (const rules of sizes[scale]) {
    const samples = await measure(workbench, rules, runs)
    for (const kind of kinds) {
      const own = samples.filter((sample) => sample.kind === kind)
      figures.push({
        ...questionFor(kind, rules),
        samples: own.map(({ repairMs }) => repairMs),
        besideSamples: own.map(({ bareMs }) => bareMs),
      })
    }
  }
  return { figures, details: '', pictures: [] }
}

async function measure(workbench: Workbench, rules: number, runs: number): Promise<readonly DriftSample[]> {
  const files = generatePolicies({ ruleCount: rules, variant: 'mixed', edition: 0 })
  const policies = writeFiles(workbench, `drift-${rules}`, files)
  const folder = emptyFolder(workbench, 'drift')
  const namespaces = new Namespaces()
  try {
    const program = [process.execPath, workbench.programs['drift-rounds']] as const
    const args = [policies, folder, workbench.rampart, `${runs}`]
    const { stdout } = await timeProgram(inside(namespaces.add(), [...program, ...args]), timeoutMs)
    return JSON.parse(stdout) as readonly DriftSample[]
  } finally {
    namespaces.remove()
  }
}
