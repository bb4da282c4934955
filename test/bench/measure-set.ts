/** Measures a change of few members in a large set: the script that is loaded, and the whole agent, beside the same in a plain hash set. */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { diff } from '../../src/diff/diff.ts'
import { printReplacement, printScript } from '../../src/diff/print-script.ts'
import { Namespaces } from '../fakes/kernel.ts'
import { compileFiles } from './compile-files.ts'
import type { Figure, Question } from './figure.ts'
import {
  generateMembers,
  type MemberEdit,
  type MemberKind,
  type MemberParts,
  memberCycle,
  memberEdits,
  memberFiles,
} from './generate-members.ts'
import { plainSet, plainSetCycle } from './generate-plain-set.ts'
import { type GeneratedFile, generatePolicies } from './generate-policies.ts'
import { AgentSession, asCommit, changedFiles, knownToKernelMs } from './measure-agent.ts'
import { type Measurement, type Pace, type Scale, type Taken, takeRounds } from './measurement.ts'
import { inside } from './namespaced.ts'
import { timeProgram } from './time-program.ts'
import type { Workbench } from './workbench.ts'

const counts: Readonly<Record<Scale, number>> = { full: 100_000, quick: 200 }

interface Subject {
  readonly kind: MemberKind
  readonly files: number
}

const subjects: readonly Subject[] = [
  { kind: 'addresses', files: 1 },
  { kind: 'networks', files: 10 },
]

export const set: Measurement = {
  name: 'set',
  about:
    'A few members of a large set, which are single addresses in one network set, or addresses and networks in ten: the nft script that the change becomes, and the running agent from the moment at which it knows the revision. Beside it `nft -f` that does the same to a plain hash set.',
  questions: (scale) =>
    subjects.flatMap((subject) => memberEdits.flatMap((edit) => Object.values(questionsFor(subject, edit, scale)))),
  take,
}

function questionsFor(
  { kind }: Subject,
  edit: MemberEdit,
  scale: Scale,
): Readonly<Record<'script' | 'agent', Question>> {
  const where = `${edit}, ${counts[scale].toLocaleString('en')} ${kind}`
  const common = { unit: 'ms', beside: 'plain hash set' } as const
  return {
    script: { ...common, what: `${where}: script`, target: { of: 'ratio', most: 3 } },
    agent: { ...common, what: `${where}: agent` },
  }
}

async function take(workbench: Workbench, pace: Pace): Promise<Taken> {
  const count = counts[pace.scale]
  const namespaces = new Namespaces()
  const plain = namespaces.add()
  try {
    await load(plain, write(workbench, 'plain', plainSet(count)))
    const cycle = plainSetCycle(count).map((text, at) => write(workbench, `plain-${at}`, text))
    const figures: Figure[] = []
    for (const subject of subjects) {
      const place = { subject, count, plain, plainCycle: cycle }
      const script = await measureScripts(workbench, { ...place, ours: namespaces.add() }, pace)
      const agent = await measureEdits(workbench, place, pace)
      for (const edit of memberEdits) {
        const questions = questionsFor(subject, edit, pace.scale)
        figures.push(answer(questions.script, edit, script), answer(questions.agent, edit, agent))
      }
    }
    return { figures, details: '', pictures: [] }
  } finally {
    namespaces.remove()
  }
}

interface Sample {
  readonly edit: MemberEdit
  readonly ms: number
  readonly plainMs: number
}

function answer(question: Question, edit: MemberEdit, samples: readonly Sample[]): Figure {
  const own = samples.filter((sample) => sample.edit === edit)
  return { ...question, samples: own.map(({ ms }) => ms), besideSamples: own.map(({ plainMs }) => plainMs) }
}

interface Place {
  readonly subject: Subject
  readonly count: number
  /** The namespace with the plain set, and the scripts of its cycle. */
  readonly plain: string
  readonly plainCycle: readonly string[]
}

async function measureScripts(
  workbench: Workbench,
  { subject, count, plain, plainCycle, ours }: Place & { readonly ours: string },
  pace: Pace,
): Promise<readonly Sample[]> {
  const start = compileFiles(filesOf(generateMembers({ ...subject, count })))
  let last = start
  const cycle = memberCycle({ ...subject, count }).map(({ edit, parts }, at) => {
    const next = compileFiles(filesOf(parts))
    const script = write(workbench, `${subject.kind}-${at}`, printScript(diff(next, last)))
    last = next
    return { edit, script, plainScript: plainCycle[at] ?? '' }
  })
  await load(ours, write(workbench, subject.kind, printReplacement(start)))
  const rounds = await takeRounds(pace, async () => {
    const samples: Sample[] = []
    for (const { edit, script, plainScript } of cycle)
      samples.push({ edit, ms: await load(ours, script), plainMs: await load(plain, plainScript) })
    return samples
  })
  return rounds.flat()
}

async function measureEdits(workbench: Workbench, place: Place, pace: Pace): Promise<readonly Sample[]> {
  const { subject, count, plain, plainCycle } = place
  const start = filesOf(generateMembers({ ...subject, count }))
  let last = start
  const cycle = memberCycle({ ...subject, count }).map(({ edit, parts }, at) => {
    const next = filesOf(parts)
    const files = asCommit(changedFiles(last, next))
    last = next
    return { edit, files, plainScript: plainCycle[at] ?? '' }
  })
  const agent = await AgentSession.open(workbench, { name: `set-${subject.kind}`, files: start })
  const rounds = await takeRounds(pace, async () => {
    const samples: Sample[] = []
    for (const { edit, files, plainScript } of cycle) {
      const ms = knownToKernelMs(await agent.step({ files }))
      samples.push({ edit, ms, plainMs: await load(plain, plainScript) })
    }
    return samples
  })
  await agent.close()
  return rounds.flat()
}

function filesOf(parts: MemberParts): readonly GeneratedFile[] {
  return [...generatePolicies({ ruleCount: 100, variant: 'mixed', edition: 0 }), ...memberFiles(parts)]
}

async function load(namespace: string, script: string): Promise<number> {
  return (await timeProgram(inside(namespace, ['nft', '-f', script]))).durationMs
}

function write({ folder }: Workbench, name: string, text: string): string {
  const path = join(folder, `set-${name}.nft`)
  writeFileSync(path, text)
  return path
}
