/** Measures one host in a large fleet: the full way from objects to a table, and after a change of one remote endpoint. */

import type { Question } from './figure.ts'
import type { FleetResult } from './fleet-rounds.ts'
import type { PolicySetSettings } from './generate-policy-set.ts'
import { type Measurement, type Pace, type Scale, type Taken, takeRounds } from './measurement.ts'
import { summarize } from './statistics.ts'
import { timeProgram } from './time-program.ts'
import type { Workbench } from './workbench.ts'

const sizes: Readonly<Record<Scale, PolicySetSettings>> = {
  full: { endpoints: 250_000, policies: 10_000, local: 200, networkSets: 1000 },
  quick: { endpoints: 500, policies: 50, local: 5, networkSets: 10 },
}
/** Of one process; the first of them is not yet warm. */
const changes = 5

export const fleet: Measurement = {
  name: 'fleet',
  about:
    'One host of a large fleet, from validated objects in memory to the nft script: for the first time, and after one endpoint of another host has got another address.',
  questions: (scale) => Object.values(questionsFor(scale)),
  take,
}

function questionsFor(scale: Scale): Readonly<Record<'full' | 'memory' | 'change', Question>> {
  const { endpoints, policies, local, networkSets } = sizes[scale]
  const number = (value: number): string => value.toLocaleString('en')
  const rest = `${number(policies)} policies, ${number(networkSets)} network sets, ${number(local)} local endpoints`
  return {
    full: {
      what: `${number(endpoints)} endpoints, ${rest}: resolve, compile, print`,
      unit: 'ms',
      target: { of: 'value', most: 20_000 },
    },
    memory: { what: 'most memory, the fleet included', unit: 'MiB', target: { of: 'value', most: 2048 } },
    change: { what: 'one remote endpoint changed', unit: 'ms', target: { of: 'value', most: 100 } },
  }
}

async function take(workbench: Workbench, pace: Pace): Promise<Taken> {
  const rounds = await takeRounds({ ...pace, warmUps: 0 }, () => measureFleet(workbench, sizes[pace.scale]))
  const questions = questionsFor(pace.scale)
  const alone = (question: Question, samples: readonly number[]) => ({ ...question, samples, besideSamples: [] })
  return {
    figures: [
      alone(
        questions.full,
        rounds.map(({ fullMs }) => fullMs),
      ),
      alone(
        questions.memory,
        rounds.map(({ residentMiB }) => residentMiB),
      ),
      alone(questions.change, rounds.map(changeMsOf)),
    ],
    details: '',
    pictures: [],
  }
}

/** In a process of its own. */
export async function measureFleet(workbench: Workbench, size: PolicySetSettings): Promise<FleetResult> {
  const program = [process.execPath, workbench.programs['fleet-rounds']] as const
  const { stdout } = await timeProgram([...program, JSON.stringify(size), `${changes}`], 10 * 60_000)
  return JSON.parse(stdout) as FleetResult
}

export function changeMsOf({ changeMs }: FleetResult): number {
  return summarize(changeMs.slice(1)).median
}
