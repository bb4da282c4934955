/** Measures one change in a large policy: the running agent, beside plain nft that writes one chain of a table as large anew. */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Namespaces } from '../fakes/kernel.ts'
import type { AgentStep } from './agent-rounds.ts'
import type { Figure, Question } from './figure.ts'
import { type ChangeKind, filesOfChange, changeKinds as kinds } from './generate-changes.ts'
import { plainChange, plainTable } from './generate-plain-table.ts'
import { generatePolicies, rulesPerPolicy } from './generate-policies.ts'
import { asCommit, knownToKernelMs, measureAgent, samplesOf } from './measure-agent.ts'
import { type Measurement, type Pace, type Scale, type Taken, warmUpRounds } from './measurement.ts'
import { inside } from './namespaced.ts'
import { printStages } from './print-stages.ts'
import { timeProgram } from './time-program.ts'
import type { Workbench } from './workbench.ts'

const policyCounts: Readonly<Record<Scale, number>> = { full: 5000, quick: 20 }

export const change: Measurement = {
  name: 'change',
  about:
    'One change in a large policy, all of which the host gets: the running agent from the moment at which it knows the revision to the new table in the kernel, beside `nft -f` that flushes one chain of 20 rules and fills it again, in a table with as many chains behind a verdict map.',
  questions: (scale) => kinds.map((kind) => questionFor(kind, scale)),
  take,
}

function questionFor(kind: ChangeKind, scale: Scale): Question {
  const rules = policyCounts[scale] * rulesPerPolicy
  return {
    what: `${kind}, ${rules.toLocaleString('en')} rules`,
    unit: 'ms',
    beside: 'plain nft',
    target: { of: 'ratio', most: 3 },
  }
}

async function take(workbench: Workbench, pace: Pace): Promise<Taken> {
  const { scale } = pace
  const warmUps = warmUpRounds(scale)
  const policies = policyCounts[scale]
  const namespaces = new Namespaces()
  try {
    const plain = namespaces.add()
    await timeProgram(inside(plain, ['nft', '-f', writeScript(workbench, 'table', plainTable(policies))]))
    const rounds = Array.from({ length: warmUps + pace.runs }, (_, at) => at)
    const steps = rounds.flatMap((at) =>
      kinds.map((kind, index): AgentStep => {
        const script = plainChange(policies, 1 + ((at * kinds.length + index) % 2))
        const beside = inside(plain, ['nft', '-f', writeScript(workbench, `change-${at}-${index}`, script)])
        return { kind, files: asCommit(filesOfChange(kind, at + 1, policies)), beside }
      }),
    )
    const ruleCount = policies * rulesPerPolicy
    const base = generatePolicies({ ruleCount, variant: 'mixed', edition: 0 })
    const files = [...base, ...kinds.flatMap((kind) => filesOfChange(kind, 0, policies))]
    const result = await measureAgent(workbench, { name: 'change', files, steps })
    const samples = (kind: ChangeKind) => samplesOf(result, kind, warmUps)
    return {
      figures: kinds.map(
        (kind): Figure => ({
          ...questionFor(kind, scale),
          samples: samples(kind).map(knownToKernelMs),
          besideSamples: samples(kind).map(({ besideMs }) => besideMs ?? Number.NaN),
        }),
      ),
      details: kinds
        .map((kind) =>
          printStages(
            kind,
            samples(kind).map(({ stages }) => stages),
          ),
        )
        .join('\n'),
      pictures: [],
    }
  } finally {
    namespaces.remove()
  }
}

function writeScript({ folder }: Workbench, name: string, text: string): string {
  const path = join(folder, `plain-${name}.nft`)
  writeFileSync(path, text)
  return path
}
