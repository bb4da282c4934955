/** An agent in this process, to be started and stopped again and again on one state folder; for a network namespace of the test's own. */

import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { askAgent } from '../../src/adapters/control-socket.ts'
import { createJournal } from '../../src/adapters/journal.ts'
import { runAgent } from '../../src/agent/run-agent.ts'
import type { AgentConfiguration } from '../../src/host/agent-configuration.ts'
import type { AgentStatus } from '../../src/reconcile/agent-status.ts'
import { HostError } from '../../src/reconcile/host-error.ts'
import { quickAgent } from './quick-apply.ts'
import { until } from './until.ts'

export interface RunningAgent {
  /** What the journal holds, oldest first. */
  readonly lines: Record<string, unknown>[]
  /** Resolves after the first run. */
  start(configuration: AgentConfiguration): Promise<AgentStatus>
  stop(): Promise<void>
  /** Asks for a run and waits for its end. */
  sync(): Promise<AgentStatus>
  status(): Promise<AgentStatus | undefined>
}

/** @param runtimeDir folder of the control socket */
export function createAgent(runtimeDir: string): RunningAgent {
  const path = join(runtimeDir, 'control.sock')
  const lines: Record<string, unknown>[] = []
  const journal = createJournal({ level: 'debug', stream: { write: (line) => void lines.push(JSON.parse(line)) } })
  let stopping = new AbortController()
  let ended: Promise<void> | undefined
  const agent: RunningAgent = {
    lines,
    async start(configuration) {
      stopping = new AbortController()
      ended = runAgent({ ...quickAgent, configuration, runtimeDir, version: 'test', journal }, stopping.signal)
      await until('the first run', async () => ((await agent.status())?.attempted ?? null) !== null)
      return (await agent.status()) as AgentStatus
    },
    async stop() {
      stopping.abort()
      await ended
    },
    sync: () => askAgent({ path, command: 'sync', timeoutMs: 30_000 }),
    async status() {
      try {
        return await askAgent({ path, command: 'status', timeoutMs: 5_000 })
      } catch (error) {
        if (error instanceof HostError) return undefined
        throw error
      }
    },
  }
  return agent
}

export function liveRuleset(): string {
  return execFileSync('nft', ['list', 'ruleset'], { encoding: 'utf8' })
}
