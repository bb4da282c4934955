/** Measures the first apply: the built program, beside what nobody can do without for the very same files. */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Namespaces } from '../fakes/kernel.ts'
import { applyOnce } from './apply-once.ts'
import type { Figure, Question } from './figure.ts'
import { generateMembers, memberFiles } from './generate-members.ts'
import { generatedNode, generatePolicies } from './generate-policies.ts'
import { type Measurement, type Pace, type Scale, type Taken, takeRounds } from './measurement.ts'
import { inside } from './namespaced.ts'
import { printStages } from './print-stages.ts'
import type { StageTime } from './stage-time.ts'
import { timeProgram } from './time-program.ts'
import { emptyFolder, type Workbench, writeFiles } from './workbench.ts'

interface Size {
  readonly rules: number
  readonly members: number
}

const sizes: Readonly<Record<Scale, readonly Size[]>> = {
  full: [
    { rules: 1000, members: 0 },
    { rules: 10_000, members: 100_000 },
  ],
  quick: [{ rules: 100, members: 100 }],
}

export const apply: Measurement = {
  name: 'apply',
  about:
    'A first `rampart apply --from` into an empty kernel, without probes and waits, beside the sum of `nft -f` of the same table and of a bare Node that starts and parses the same YAML.',
  questions: (scale) => sizes[scale].map(questionFor),
  take,
}

/** The bare start of Node is in the parse: it is counted once on both sides. */
function questionFor({ rules, members }: Size): Question {
  const also = members === 0 ? '' : ` and ${members.toLocaleString('en')} set members`
  return {
    what: `${rules.toLocaleString('en')} rules${also}`,
    unit: 'ms',
    beside: 'nft and YAML',
    // what a small policy takes is mostly the start of programs
    ...(members === 0 ? {} : { target: { of: 'ratio', most: 1.5 } as const }),
  }
}

async function take(workbench: Workbench, pace: Pace): Promise<Taken> {
  const figures: Figure[] = []
  const details: string[] = []
  for (const size of sizes[pace.scale]) {
    const rounds = await measure(workbench, size, pace)
    figures.push({
      ...questionFor(size),
      samples: rounds.map(({ applyMs }) => applyMs),
      besideSamples: rounds.map(({ nftMs, parseMs }) => nftMs + parseMs),
    })
    details.push(
      printStages(
        `${size.rules} rules, ${size.members} members: one apply by stage`,
        rounds.map(({ stages }) => stages),
      ),
    )
  }
  return { figures, details: details.join('\n'), pictures: [] }
}

interface Round {
  readonly applyMs: number
  readonly nftMs: number
  readonly parseMs: number
  /** Of the same apply in a process of its own. */
  readonly stages: readonly StageTime[]
}

async function measure(workbench: Workbench, { rules, members }: Size, pace: Pace): Promise<readonly Round[]> {
  const files = [
    ...generatePolicies({ ruleCount: rules, variant: 'mixed', edition: 0 }),
    ...(members === 0 ? [] : memberFiles(generateMembers({ count: members, kind: 'addresses', files: 1 }))),
  ]
  const policies = writeFiles(workbench, `apply-${rules}`, files)
  const options = ['--from', policies, '--host', generatedNode]
  const { stdout: table } = await timeProgram([process.execPath, workbench.rampart, 'render', ...options])
  const script = join(workbench.folder, `apply-${rules}.nft`)
  writeFileSync(script, table)
  return await takeRounds(pace, () => measureRound(workbench, policies, script))
}

async function measureRound(workbench: Workbench, policies: string, script: string): Promise<Round> {
  const { programs } = workbench
  const namespaces = new Namespaces()
  const stages = [programs.stages, policies, emptyFolder(workbench, 'staged'), generatedNode]
  try {
    const nft = await timeProgram(inside(namespaces.add(), ['nft', '-f', script]))
    const parse = await timeProgram([process.execPath, programs['parse-yaml'], policies])
    const applyMs = await applyOnce(workbench, policies)
    const { stdout } = await timeProgram(inside(namespaces.add(), [process.execPath, ...stages]))
    return {
      ...{ applyMs, nftMs: nft.durationMs, parseMs: parse.durationMs },
      stages: JSON.parse(stdout) as readonly StageTime[],
    }
  } finally {
    namespaces.remove()
  }
}
