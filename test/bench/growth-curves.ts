/** What grows, at which sizes, what the whole costs and what one change costs. */

import { applyOnce } from './apply-once.ts'
import type { FleetResult } from './fleet-rounds.ts'
import { generateFleet } from './generate-fleet.ts'
import { generateMembers, memberCycle, memberFiles } from './generate-members.ts'
import { editedFile, type GeneratedFile, generatePolicies } from './generate-policies.ts'
import { AgentSession, asCommit, changedFiles, knownToKernelMs } from './measure-agent.ts'
import { changeMsOf, measureFleet } from './measure-fleet.ts'
import type { Scale } from './measurement.ts'
import { timeProgram } from './time-program.ts'
import { type Workbench, writeFiles } from './workbench.ts'

export interface Curve {
  readonly what: 'rules' | 'members' | 'files' | 'endpoints'
  /** From the smallest to the largest, which is eight times that. */
  readonly sizes: Readonly<Record<Scale, readonly number[]>>
  open(workbench: Workbench, size: number): Promise<Grown>
}

/** Of one size. */
export interface Grown {
  /** Milliseconds of the whole. */
  whole(): Promise<number>
  /** Milliseconds of one change. @param at of the round */
  change(at: number): Promise<number>
  close(): Promise<void>
}

export const curves: readonly Curve[] = [
  { what: 'rules', sizes: { full: [2500, 5000, 10_000, 20_000], quick: [20, 40] }, open: openRules },
  { what: 'members', sizes: { full: [25_000, 50_000, 100_000, 200_000], quick: [50, 100] }, open: openMembers },
  { what: 'files', sizes: { full: [1250, 2500, 5000, 10_000], quick: [100, 200] }, open: openFiles },
  { what: 'endpoints', sizes: { full: [12_500, 25_000, 50_000, 100_000], quick: [50, 100] }, open: openEndpoints },
]

async function openRules(workbench: Workbench, size: number): Promise<Grown> {
  const settings = (edition: number) => ({ ruleCount: size, variant: 'mixed', edition }) as const
  const files = generatePolicies(settings(0))
  return await openAgent(workbench, {
    ...{ name: `rules-${size}`, files, whole: (policies) => applyOnce(workbench, policies) },
    edit: (at) => [editedFile(settings(at + 1))],
  })
}

async function openMembers(workbench: Workbench, size: number): Promise<Grown> {
  const settings = { count: size, kind: 'addresses', files: 1 } as const
  const base = generatePolicies({ ruleCount: 20, variant: 'mixed', edition: 0 })
  const files = [...base, ...memberFiles(generateMembers(settings))]
  // one added, one removed, and so on
  const states = memberCycle(settings).slice(0, 2)
  const edits = states.map(({ parts }, at) =>
    changedFiles(memberFiles(states[(at + 1) % 2]?.parts ?? []), memberFiles(parts)),
  )
  return await openAgent(workbench, {
    ...{ name: `members-${size}`, files, whole: (policies) => applyOnce(workbench, policies) },
    edit: (at) => edits[at % 2] ?? [],
  })
}

async function openFiles(workbench: Workbench, size: number): Promise<Grown> {
  const node = 'host-6'
  // the policy in the middle is one of this host's: its number is 6 more than a multiple of 20
  const middle = Math.floor(size / 50) * 20 + 6
  const policies = 2 * middle
  const fleet = (edition: number): readonly GeneratedFile[] =>
    generateFleet({ hosts: size - policies, policies, edition })
      .filter(({ path }) => path.startsWith('hosts/') || path.startsWith('policies/') || path.startsWith('sets/'))
      .map(({ path, bytes }) => ({ path, text: Buffer.from(bytes).toString() }))
  const render = async (folder: string): Promise<number> => {
    const words = ['render', '--from', folder, '--host', node]
    return (await timeProgram([process.execPath, workbench.rampart, ...words])).durationMs
  }
  return await openAgent(workbench, {
    ...{ name: `files-${size}`, files: fleet(0), whole: render, node },
    edit: (at) => fleet(at + 1).filter(({ path }) => path === `policies/policy-${middle}.yaml`),
  })
}

/** The process that measures the whole measures changes as well. */
async function openEndpoints(workbench: Workbench, size: number): Promise<Grown> {
  const fleet = { endpoints: size, policies: 2000, local: 50, networkSets: 200 }
  let last: FleetResult | undefined
  return {
    async whole() {
      last = await measureFleet(workbench, fleet)
      return last.fullMs
    },
    async change() {
      if (last === undefined) throw new Error('bug: the whole comes first')
      return changeMsOf(last)
    },
    close: async () => undefined,
  }
}

interface AgentCurve {
  readonly name: string
  readonly files: readonly GeneratedFile[]
  readonly node?: string
  readonly whole: (folder: string) => Promise<number>
  /** The files that the commit of a round changes. */
  readonly edit: (at: number) => readonly GeneratedFile[]
}

async function openAgent(workbench: Workbench, { whole, edit, ...subject }: AgentCurve): Promise<Grown> {
  const folder = writeFiles(workbench, `${subject.name}-whole`, subject.files)
  const agent = await AgentSession.open(workbench, subject)
  return {
    whole: () => whole(folder),
    change: async (at) => knownToKernelMs(await agent.step({ files: asCommit(edit(at)) })),
    close: () => agent.close(),
  }
}
