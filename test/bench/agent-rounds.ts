/**
 * A file that says which commits (RoundsOrder) -> how long the agent takes for each, as JSON (RoundsResult). A program, for a fresh
 * network namespace: it starts a git server and the built agent, and rings the agent's webhook after each commit.
 */

import { readFileSync } from 'node:fs'
import { BenchAgent, type StageTimes } from './bench-agent.ts'
import { FirstDatagram } from './first-datagram.ts'
import { GenerationListener } from './generation-listener.ts'
import { readFolder } from './read-folder.ts'
import type { StageTime } from './stage-time.ts'
import { type CommandLine, timeProgram } from './time-program.ts'

export interface RoundsOrder {
  readonly rampart: string
  /** As the policies call this host. */
  readonly node: string
  /** The files of the first commit. */
  readonly policies: string
  /** An empty one. */
  readonly folder: string
  readonly steps: readonly AgentStep[]
}

export interface AgentStep {
  readonly kind: string
  /** The commit: content by path, null removes the file. */
  readonly files: Readonly<Record<string, string | null>>
  /** Timed right after the agent is at rest again. */
  readonly beside?: CommandLine
  /** A port that the commit opens for datagrams, and a namespace from which they come all the time. */
  readonly opens?: { readonly address: string; readonly port: number; readonly from: string; readonly sender: string }
}

/** Milliseconds. */
export interface AgentSample {
  readonly kind: string
  /** From the webhook's request to the kernel's new generation. */
  readonly kernelMs: number
  /** By the agent's own record, in their order. */
  readonly stages: readonly StageTime[]
  /** Absent where nothing is beside it. */
  readonly besideMs?: number
  /** From the webhook's request to the first datagram that was let in; absent where none was waited for. */
  readonly packetMs?: number
}

export interface RoundsResult {
  /** From the start of the process to the kernel's first generation. */
  readonly startMs: number
  readonly startStages: AgentSample['stages']
  readonly samples: readonly AgentSample[]
}

async function main([path = '']: readonly string[]): Promise<RoundsResult> {
  const { rampart, node, policies, folder, steps } = JSON.parse(readFileSync(path, 'utf8')) as RoundsOrder
  const listener = new GenerationListener()
  const startedMs = performance.now()
  const agent = await BenchAgent.start({ rampart, node, folder, files: readFolder(policies), schedule: 'none' })
  try {
    const first = await listener.wait(0)
    await agent.settled()
    const startStages = between(new Map(), await agent.stageTimes())
    const samples: AgentSample[] = []
    for (const step of steps) samples.push(await measure(agent, listener, step))
    return { startMs: first.atMs - startedMs, startStages, samples }
  } finally {
    await agent.close()
    listener.close()
  }
}

async function measure(agent: BenchAgent, listener: GenerationListener, step: AgentStep): Promise<AgentSample> {
  const { kind, files, beside, opens } = step
  const before = await agent.stageTimes()
  const arrival = opens === undefined ? undefined : await FirstDatagram.awaitOn(opens)
  agent.commit(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, text ?? undefined])))
  const heard = listener.commits.length
  const rangAtMs = await agent.ring()
  const { atMs } = await listener.wait(heard)
  const packetAtMs = await arrival?.arrivedAtMs()
  await agent.settled()
  const stages = between(before, await agent.stageTimes())
  return {
    ...{ kind, kernelMs: atMs - rangAtMs, stages },
    ...(packetAtMs === undefined ? {} : { packetMs: packetAtMs - rangAtMs }),
    ...(beside === undefined ? {} : { besideMs: (await timeProgram(beside)).durationMs }),
  }
}

/** What the run between the two added, stages of no time at all left out. */
function between(before: StageTimes, after: StageTimes): AgentSample['stages'] {
  return [...after].flatMap(([name, ms]) => {
    const added = ms - (before.get(name) ?? 0)
    return added > 0 ? [{ name, durationMs: added }] : []
  })
}

process.stdout.write(JSON.stringify(await main(process.argv.slice(2))))
