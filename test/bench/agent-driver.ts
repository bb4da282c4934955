/**
 * How an agent is to be started (DriverOrder) -> a line of JSON that tells of its start (AgentStart), and one for each commit that a line
 * of standard input orders (AgentStep, AgentSample). A program, for a fresh network namespace: it starts a git server and the built
 * agent, and rings the agent's webhook after each commit. It ends with its input.
 */

import { createInterface } from 'node:readline'
import { BenchAgent, type StageTimes } from './bench-agent.ts'
import { FirstDatagram, type Flight } from './first-datagram.ts'
import { GenerationListener } from './generation-listener.ts'
import { readFolder } from './read-folder.ts'
import type { StageTime } from './stage-time.ts'

export interface DriverOrder {
  readonly rampart: string
  /** As the policies call this host. */
  readonly node: string
  /** The files of the first commit. */
  readonly policies: string
  /** An empty one. */
  readonly folder: string
}

/** Milliseconds. */
export interface AgentStart {
  /** From the start of the process to the kernel's first generation. */
  readonly startMs: number
  readonly stages: readonly StageTime[]
}

export interface AgentStep {
  /** The commit: content by path, null removes the file. */
  readonly files: Readonly<Record<string, string | null>>
  /** A port that the commit opens for datagrams. */
  readonly opens?: Flight
}

/** Milliseconds. */
export interface AgentSample {
  /** From the webhook's request to the kernel's new generation. */
  readonly kernelMs: number
  /** By the agent's own record, in their order. */
  readonly stages: readonly StageTime[]
  /** From the webhook's request to the first datagram that was let in; absent where none was waited for. */
  readonly packetMs?: number
}

async function main({ policies, ...order }: DriverOrder): Promise<void> {
  const listener = new GenerationListener()
  const startedMs = performance.now()
  const agent = await BenchAgent.start({ ...order, files: readFolder(policies), schedule: 'none' })
  try {
    const first = await agent.orFault(listener.wait(0))
    await agent.settled()
    const stages = between(new Map(), await agent.stageTimes())
    tell({ startMs: first.atMs - startedMs, stages } satisfies AgentStart)
    for await (const line of createInterface(process.stdin))
      tell(await measure(agent, listener, JSON.parse(line) as AgentStep))
  } finally {
    await agent.close()
    listener.close()
  }
}

function tell(what: AgentStart | AgentSample): void {
  process.stdout.write(`${JSON.stringify(what)}\n`)
}

async function measure(
  agent: BenchAgent,
  listener: GenerationListener,
  { files, opens }: AgentStep,
): Promise<AgentSample> {
  const before = await agent.stageTimes()
  const arrival = opens === undefined ? undefined : await FirstDatagram.awaitOn(opens)
  await agent.pause()
  const heard = listener.commits.length
  const rangAtMs = await agent.push(withoutNulls(files))
  const { firstEventAtMs } = await agent.orFault(listener.wait(heard))
  const packetAtMs = await arrival?.arrivedAtMs()
  await agent.settled()
  const stages = between(before, await agent.stageTimes())
  const packet = packetAtMs === undefined ? {} : { packetMs: packetAtMs - rangAtMs }
  return { kernelMs: firstEventAtMs - rangAtMs, stages, ...packet }
}

function withoutNulls(files: AgentStep['files']): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [name, text ?? undefined]))
}

/** What the run between the two added, stages of no time at all left out. */
function between(before: StageTimes, after: StageTimes): AgentSample['stages'] {
  return [...after].flatMap(([name, ms]) => {
    const added = ms - (before.get(name) ?? 0)
    return added > 0 ? [{ name, durationMs: added }] : []
  })
}

await main(JSON.parse(process.argv[2] ?? '') as DriverOrder)
