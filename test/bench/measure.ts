/** Measures one policy: every case once a round, in turn, so that whatever else the machine does meets all of them. */

import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Namespaces } from '../fakes/kernel.ts'
import { generatedNode, type PolicyVariant } from './generate-policies.ts'
import type { StageTime } from './stage-time.ts'
import { type CommandLine, timeProgram } from './time-program.ts'
import { type Workbench, writePolicies } from './workbench.ts'

export interface Subject {
  readonly variant: PolicyVariant
  readonly ruleCount: number
}

/** In the order of a round. */
export const caseNames = [
  'nft -f, into nothing',
  'rampart apply, into nothing',
  'nft -f, over itself',
  'rampart apply, nothing to do',
  'rampart apply, one rule changed',
  'start of Node',
  'YAML parse alone',
] as const

export type CaseName = (typeof caseNames)[number]

export interface Measurement extends Subject {
  readonly scriptBytes: number
  /** Milliseconds, one a round; the same place is the same round. */
  readonly cases: Readonly<Record<CaseName, readonly number[]>>
  /** Of `rampart apply, into nothing` in a process of its own; one list a round. */
  readonly stages: readonly (readonly StageTime[])[]
}

interface Round {
  readonly cases: Readonly<Record<CaseName, number>>
  readonly stages: readonly StageTime[]
}

interface Material {
  readonly policies: string
  readonly changedPolicies: string
  /** What `rampart render` prints of the policies. */
  readonly script: string
}

/** One round to warm up, then those that count. */
export async function measure(workbench: Workbench, subject: Subject, runs: number): Promise<Measurement> {
  const name = `${subject.variant}-${subject.ruleCount}`
  const policies = writePolicies(workbench, name, { ...subject, edition: 0 })
  const changedPolicies = writePolicies(workbench, `${name}-changed`, { ...subject, edition: 1 })
  const options = ['--from', policies, '--host', generatedNode]
  const { stdout: text } = await timeProgram([process.execPath, workbench.rampart, 'render', ...options])
  const script = join(workbench.folder, `${name}.nft`)
  writeFileSync(script, text)
  const rounds: Round[] = []
  for (let at = 0; at <= runs; at++) {
    const round = await measureRound(workbench, { policies, changedPolicies, script })
    if (at > 0) rounds.push(round)
  }
  const samples = (name: CaseName): readonly number[] => rounds.map(({ cases }) => cases[name])
  return {
    ...subject,
    scriptBytes: text.length,
    cases: recordOfCases(samples),
    stages: rounds.map(({ stages }) => stages),
  }
}

async function measureRound(workbench: Workbench, material: Material): Promise<Round> {
  const { policies, changedPolicies, script } = material
  const namespaces = new Namespaces()
  const [plain, ours, staged] = [namespaces.add(), namespaces.add(), namespaces.add()]
  const stateFolder = emptyFolder(workbench, 'state')
  const apply = (folder: string): CommandLine =>
    inside(ours, [
      ...[process.execPath, workbench.rampart, 'apply', '--from', folder, '--config', workbench.config],
      ...['--host', generatedNode, '--state-dir', stateFolder],
    ])
  const commands: Readonly<Record<CaseName, CommandLine>> = {
    'nft -f, into nothing': inside(plain, ['nft', '-f', script]),
    'rampart apply, into nothing': apply(policies),
    'nft -f, over itself': inside(plain, ['nft', '-f', script]),
    'rampart apply, nothing to do': apply(policies),
    'rampart apply, one rule changed': apply(changedPolicies),
    'start of Node': [process.execPath, '-e', '0'],
    'YAML parse alone': [process.execPath, workbench.parseYaml, policies],
  }
  try {
    const durations = new Map<CaseName, number>()
    for (const name of caseNames) durations.set(name, (await timeProgram(commands[name])).durationMs)
    const stages = [process.execPath, workbench.stages, policies, emptyFolder(workbench, 'staged'), generatedNode]
    const { stdout } = await timeProgram(inside(staged, stages))
    return {
      cases: recordOfCases((name) => durations.get(name) ?? Number.NaN),
      stages: JSON.parse(stdout) as readonly StageTime[],
    }
  } finally {
    namespaces.remove()
  }
}

function inside(namespace: string, command: readonly string[]): CommandLine {
  return ['nsenter', `--net=/run/netns/${namespace}`, ...command]
}

function emptyFolder({ folder }: Workbench, name: string): string {
  const path = join(folder, name)
  rmSync(path, { recursive: true, force: true })
  mkdirSync(path)
  return path
}

function recordOfCases<T>(of: (name: CaseName) => T): Readonly<Record<CaseName, T>> {
  return {
    'nft -f, into nothing': of('nft -f, into nothing'),
    'rampart apply, into nothing': of('rampart apply, into nothing'),
    'nft -f, over itself': of('nft -f, over itself'),
    'rampart apply, nothing to do': of('rampart apply, nothing to do'),
    'rampart apply, one rule changed': of('rampart apply, one rule changed'),
    'start of Node': of('start of Node'),
    'YAML parse alone': of('YAML parse alone'),
  }
}
