/** Measures how fast the agent repairs, for one policy, in a namespace of its own; and says it in lines for people. */

import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Namespaces } from '../fakes/kernel.ts'
import type { DriftKind, DriftSample } from './drift-rounds.ts'
import type { Subject } from './measure.ts'
import { summarize } from './statistics.ts'
import { timeProgram } from './time-program.ts'
import { type Workbench, writePolicies } from './workbench.ts'

export interface DriftMeasurement extends Subject {
  readonly samples: readonly DriftSample[]
}

export async function measureDrift(workbench: Workbench, subject: Subject, runs: number): Promise<DriftMeasurement> {
  const policies = writePolicies(workbench, `${subject.variant}-${subject.ruleCount}-drift`, { ...subject, edition: 0 })
  const folder = join(workbench.folder, 'drift')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
  const namespaces = new Namespaces()
  try {
    const inside = ['nsenter', `--net=/run/netns/${namespaces.add()}`, process.execPath] as const
    const { stdout } = await timeProgram([
      ...inside,
      workbench.driftRounds,
      policies,
      folder,
      workbench.rampart,
      `${runs}`,
    ])
    return { ...subject, samples: JSON.parse(stdout) as readonly DriftSample[] }
  } finally {
    namespaces.remove()
  }
}

const nameWidth = 34

/** Lines with a line feed each. A ratio is the median of the ratios within a round. */
export function printDrift({ variant, ruleCount, samples }: DriftMeasurement): string {
  const kinds = [...new Set(samples.map(({ kind }) => kind))]
  const rounds = samples.length / Math.max(1, kinds.length)
  return [
    `drift: from a foreign commit to its repair, ${ruleCount} rules, ${variant} (${rounds} runs)`,
    line('', ['x nft', 'median ms', 'min', 'max', 'nft alone']),
    ...kinds.map((kind) => printKind(kind, samples)),
    '',
  ]
    .map((text) => `${text}\n`)
    .join('')
}

function printKind(kind: DriftKind, all: readonly DriftSample[]): string {
  const samples = all.filter((sample) => sample.kind === kind)
  const ratio = summarize(samples.map(({ repairMs, bareMs }) => repairMs / bareMs))
  const { median, min, max } = summarize(samples.map(({ repairMs }) => repairMs))
  const bare = summarize(samples.map(({ bareMs }) => bareMs))
  return line(kind, [ratio.median.toFixed(2), ...[median, min, max, bare.median].map((value) => value.toFixed(0))])
}

function line(name: string, columns: readonly string[]): string {
  return `${name.padEnd(nameWidth)}${columns.map((column) => column.padStart(10)).join('')}`
}
