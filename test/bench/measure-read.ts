/** Measures the reading of a repository of many files: the first time from a folder and from git, and after a commit of one file. */

import type { AgentSample } from './agent-driver.ts'
import type { Figure, Question } from './figure.ts'
import { generateFleet } from './generate-fleet.ts'
import type { GeneratedFile } from './generate-policies.ts'
import { AgentSession } from './measure-agent.ts'
import { type Measurement, type Pace, type Scale, type Taken, takeRounds } from './measurement.ts'
import { printStages } from './print-stages.ts'
import { timeProgram } from './time-program.ts'
import { type Workbench, writeFiles } from './workbench.ts'

/** Of `policies`, the one in the middle selects the host. */
const sizes = { full: { hosts: 2027, policies: 7972 }, quick: { hosts: 21, policies: 52 } } as const
const host = 'host-6'

export const read: Measurement = {
  name: 'read',
  about:
    'Reading a fleet of many small files: a first `rampart render --from`, and an agent from its start to its first table in the kernel (with clone, checks and compilation), beside a bare Node that starts and parses the same YAML; then one file is committed, and the running agent makes a new plan from the moment at which it knows the revision, by its own record.',
  questions: (scale) => Object.values(questionsFor(scale)),
  take,
}

function questionsFor(scale: Scale): Readonly<Record<'folder' | 'git' | 'plan' | 'kernel', Question>> {
  const { hosts, policies } = sizes[scale]
  const files = `${(1 + hosts + policies).toLocaleString('en')} files`
  const first = { unit: 'ms', beside: 'bare YAML parse' } as const
  return {
    folder: { ...first, what: `${files} of a folder, for the first time`, target: { of: 'excess', most: 3000 } },
    git: { ...first, what: `${files} to clone: start of the agent to kernel` },
    plan: { what: `one of ${files} committed: to the plan`, unit: 'ms', target: { of: 'value', most: 150 } },
    kernel: { what: `one of ${files} committed: webhook request to kernel`, unit: 'ms' },
  }
}

async function take(workbench: Workbench, pace: Pace): Promise<Taken> {
  const files = fleetFiles(pace.scale, 0)
  const policies = writeFiles(workbench, 'fleet', files)
  const parse = async (): Promise<number> =>
    (await timeProgram([process.execPath, workbench.programs['parse-yaml'], policies])).durationMs
  const render = [process.execPath, workbench.rampart, 'render', '--from', policies, '--host', host] as const
  const folders = await takeRounds(pace, async () => ({
    parseMs: await parse(),
    ms: (await timeProgram(render)).durationMs,
  }))
  const clones = await takeRounds(pace, async () => {
    const parseMs = await parse()
    const agent = await AgentSession.open(workbench, { name: 'clone', files, node: host })
    await agent.close()
    return { parseMs, ms: agent.start.startMs, stages: agent.start.stages }
  })
  const commits = await measureCommits(workbench, files, pace)
  const questions = questionsFor(pace.scale)
  const alone = (question: Question, samples: readonly number[]): Figure => ({
    ...question,
    samples,
    besideSamples: [],
  })
  const first = (question: Question, rounds: readonly { readonly ms: number; readonly parseMs: number }[]): Figure => ({
    ...question,
    samples: rounds.map(({ ms }) => ms),
    besideSamples: rounds.map(({ parseMs }) => parseMs),
  })
  return {
    figures: [
      first(questions.folder, folders),
      first(questions.git, clones),
      alone(questions.plan, commits.map(planMs)),
      alone(
        questions.kernel,
        commits.map(({ kernelMs }) => kernelMs),
      ),
    ],
    details: [
      printStages(
        'first run of an agent',
        clones.map(({ stages }) => stages),
      ),
      printStages(
        'one file committed',
        commits.map(({ stages }) => stages),
      ),
    ].join('\n'),
    pictures: [],
  }
}

function fleetFiles(scale: Scale, edition: number): readonly GeneratedFile[] {
  return generateFleet({ ...sizes[scale], edition })
    .filter(({ path }) => !path.startsWith('tests/'))
    .map(({ path, bytes }) => ({ path, text: Buffer.from(bytes).toString() }))
}

async function measureCommits(
  workbench: Workbench,
  files: readonly GeneratedFile[],
  pace: Pace,
): Promise<readonly AgentSample[]> {
  const path = `policies/policy-${Math.floor(sizes[pace.scale].policies / 2)}.yaml`
  const agent = await AgentSession.open(workbench, { name: 'one-file', files, node: host })
  const samples = await takeRounds(pace, (at) => {
    const changed = fleetFiles(pace.scale, at + 1).find((file) => file.path === path)
    return agent.step({ files: { [path]: changed?.text ?? null } })
  })
  await agent.close()
  return samples
}

/** What leads from a known revision to a plan; to compare two tables is no stage, and takes less than any of them. */
const planning: readonly string[] = ['trust', 'parse', 'validate', 'facts', 'resolve', 'compile']

function planMs({ stages }: AgentSample): number {
  return stages.reduce((sum, { name, durationMs }) => (planning.includes(name) ? sum + durationMs : sum), 0)
}
