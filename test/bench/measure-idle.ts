/** Measures the agent at rest, the start of the program, and what lies on the disk. */

import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Namespaces } from '../fakes/kernel.ts'
import type { Question } from './figure.ts'
import { generatedNode, generatePolicies } from './generate-policies.ts'
import type { IdleOrder, IdleResult } from './idle-rounds.ts'
import { type Measurement, type Pace, type Taken, takeRounds } from './measurement.ts'
import { inside } from './namespaced.ts'
import { timeProgram } from './time-program.ts'
import { emptyFolder, type Workbench, writeFiles } from './workbench.ts'

/** A minute, so that the usual schedule asks git once. */
const watchMs = { full: 60_000, quick: 700 } as const
/** Node goes on with what the start left to be compiled and collected; the revert script looks up once a second, and ends. */
const settleMs = { full: 60_000, quick: 1_500 } as const
const kibibyte = 1024

const questions = {
  own: { what: 'resident memory of the agent', unit: 'MiB', target: { of: 'value', most: 90 } },
  all: { what: 'with its helper processes (proportional)', unit: 'MiB' },
  processor: { what: 'processor time of all of them', unit: '% of a core', target: { of: 'value', most: 0.1 } },
  help: { what: '`rampart --help`', unit: 'ms', beside: 'bare Node', target: { of: 'ratio', most: 2 } },
  packed: { what: 'package, packed', unit: 'MiB' },
  installed: { what: 'package, installed (nothing else is)', unit: 'MiB' },
} as const satisfies Readonly<Record<string, Question>>

export const idle: Measurement = {
  name: 'idle',
  about:
    'At rest: an agent with 100 rules and the usual schedule, which has nothing to do for a minute, a minute after its start; the start of the program beside a bare start of Node; and the size of the package.',
  questions: () => Object.values(questions),
  take,
}

async function take(workbench: Workbench, pace: Pace): Promise<Taken> {
  const idling = await watchIdle(workbench, pace)
  const starts = await takeRounds(pace, async () => ({
    ours: (await timeProgram([process.execPath, workbench.rampart, '--help'])).durationMs,
    node: (await timeProgram([process.execPath, '-e', '0'])).durationMs,
  }))
  const size = measurePackage(workbench)
  const alone = (question: Question, samples: readonly number[]) => ({ ...question, samples, besideSamples: [] })
  return {
    figures: [
      alone(
        questions.own,
        idling.memory.map(({ ownKiB }) => ownKiB / kibibyte),
      ),
      alone(
        questions.all,
        idling.memory.map(({ proportionalKiB }) => proportionalKiB / kibibyte),
      ),
      alone(questions.processor, [100 * idling.processorShare]),
      { ...questions.help, samples: starts.map(({ ours }) => ours), besideSamples: starts.map(({ node }) => node) },
      alone(questions.packed, [size.packedKiB / kibibyte]),
      alone(questions.installed, [size.installedKiB / kibibyte]),
    ],
    details: '',
    pictures: [],
  }
}

async function watchIdle(workbench: Workbench, { scale, runs }: Pace): Promise<IdleResult> {
  const namespaces = new Namespaces()
  const order: IdleOrder = {
    rampart: workbench.rampart,
    node: generatedNode,
    policies: writeFiles(workbench, 'idle', generatePolicies({ ruleCount: 100, variant: 'mixed', edition: 0 })),
    folder: emptyFolder(workbench, 'idle-agent'),
    settleMs: settleMs[scale],
    samples: runs,
    sampleMs: watchMs[scale] / runs,
  }
  try {
    const program = [process.execPath, workbench.programs['idle-rounds'], JSON.stringify(order)] as const
    const { stdout } = await timeProgram(inside(namespaces.add(), program), 5 * 60_000)
    return JSON.parse(stdout) as IdleResult
  } finally {
    namespaces.remove()
  }
}

/** As npm makes it out of this checkout, and as it lies on a disk once unpacked. */
function measurePackage(workbench: Workbench): { readonly packedKiB: number; readonly installedKiB: number } {
  const target = emptyFolder(workbench, 'package')
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const packing = ['pack', '--json', '--ignore-scripts', '--pack-destination', target]
  const told = execFileSync('npm', packing, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  const [packed] = JSON.parse(told) as readonly { readonly filename: string; readonly size: number }[]
  if (packed === undefined) throw new Error('npm packed nothing')
  execFileSync('tar', ['-xzf', join(target, packed.filename), '-C', target])
  const used = execFileSync('du', ['-sk', join(target, 'package')], { encoding: 'utf8' })
  return { packedKiB: packed.size / kibibyte, installedKiB: Number.parseInt(used, 10) }
}
