/** Commits -> how long the agent takes for each, in a network namespace of its own. */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Namespaces } from '../fakes/kernel.ts'
import type { AgentSample, AgentStep, RoundsOrder, RoundsResult } from './agent-rounds.ts'
import { type GeneratedFile, generatedNode } from './generate-policies.ts'
import { inside } from './namespaced.ts'
import { timeProgram } from './time-program.ts'
import { emptyFolder, type Workbench, writeFiles } from './workbench.ts'

const timeoutMs = 20 * 60_000

export interface AgentSubject {
  /** Unique among those that run side by side. */
  readonly name: string
  readonly files: readonly GeneratedFile[]
  readonly steps: readonly AgentStep[]
  /** As the files call the host; that of generatePolicies() without it. */
  readonly node?: string
  /** Where it runs; a namespace of its own without it. */
  readonly namespace?: string
}

export async function measureAgent(workbench: Workbench, subject: AgentSubject): Promise<RoundsResult> {
  const { name, files, steps, namespace } = subject
  const order: RoundsOrder = {
    rampart: workbench.rampart,
    node: subject.node ?? generatedNode,
    policies: writeFiles(workbench, `${name}-files`, files),
    folder: emptyFolder(workbench, `${name}-agent`),
    steps,
  }
  const path = join(workbench.folder, `${name}-order.json`)
  writeFileSync(path, JSON.stringify(order))
  const namespaces = new Namespaces()
  try {
    const program = [process.execPath, workbench.programs['agent-rounds'], path] as const
    const { stdout } = await timeProgram(inside(namespace ?? namespaces.add(), program), timeoutMs)
    return JSON.parse(stdout) as RoundsResult
  } finally {
    namespaces.remove()
  }
}

/** From the moment at which the agent knows the revision to the new table in the kernel: all that follows the fetch, and the gaps. */
export function knownToKernelMs({ kernelMs, stages }: AgentSample): number {
  return kernelMs - (stages.find(({ name }) => name === 'fetch')?.durationMs ?? 0)
}

export function samplesOf(result: RoundsResult, kind: string, warmUps: number): readonly AgentSample[] {
  return result.samples.filter((sample) => sample.kind === kind).slice(warmUps)
}

export function asCommit(files: readonly GeneratedFile[]): AgentStep['files'] {
  return Object.fromEntries(files.map(({ path, text }) => [path, text]))
}

/** Those that are new, or other than before. Nothing goes away. */
export function changedFiles(
  before: readonly GeneratedFile[],
  after: readonly GeneratedFile[],
): readonly GeneratedFile[] {
  const known = new Map(before.map(({ path, text }) => [path, text]))
  return after.filter(({ path, text }) => known.get(path) !== text)
}
