/** A real agent in this process, with a real git server behind a fault proxy; to be used in a network namespace of its own. */

import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { askAgent } from '../../src/adapters/control-socket.ts'
import { createJournal } from '../../src/adapters/journal.ts'
import { type AgentOptions, runAgent } from '../../src/agent/run-agent.ts'
import type { AgentConfiguration } from '../../src/host/agent-configuration.ts'
import type { AgentStatus } from '../../src/reconcile/agent-status.ts'
import { HostError } from '../../src/reconcile/host-error.ts'
import { configure, type GitLab, openGitLab } from './git-lab.ts'
import { temporaryFolder } from './policy-folder.ts'
import { quickAgent, quickApply } from './quick-apply.ts'
import { until } from './until.ts'

export const webhookSecret = 'correct horse battery staple'
export const hook = { host: '127.0.0.1', port: 9477 }
const observe = { host: '127.0.0.1', port: 9478 }

/** Everything at once and nothing by itself: no schedule, no waits, no probes. @param folder where its state lies */
export function quickConfiguration(git: GitLab, folder: string): AgentConfiguration {
  return {
    node: 'web-1',
    repository: configure(`${git.proxy.url}/policy.git`, { timeoutMs: 30_000 }),
    trust: undefined,
    schedule: '0 0 1 1 *',
    splayMs: 0,
    webhook: undefined,
    apply: quickApply,
    failsafes: 'minimal',
    driftIntervalMs: 3_600_000,
    observe,
    logLevel: 'debug',
    stateDir: join(folder, 'state'),
  }
}

export class AgentLab {
  readonly folder = temporaryFolder()
  /** What it wrote into its journal, oldest first. */
  readonly lines: Record<string, unknown>[] = []
  readonly git: GitLab
  private running: { readonly ended: Promise<void>; readonly stopping: AbortController } | undefined

  private constructor(git: GitLab) {
    this.git = git
  }

  static async open(): Promise<AgentLab> {
    return new AgentLab(await openGitLab())
  }

  options(changes: Partial<AgentConfiguration> = {}): AgentOptions {
    const secretFile = join(this.folder, 'secret')
    writeFileSync(secretFile, `${webhookSecret}\n`)
    return {
      configuration: {
        ...quickConfiguration(this.git, this.folder),
        webhook: { listen: hook, provider: 'github', secretFile },
        ...changes,
      },
      ...quickAgent,
      runtimeDir: join(this.folder, 'run'),
      version: 'test',
      journal: createJournal({ level: 'debug', stream: { write: (line) => void this.lines.push(JSON.parse(line)) } }),
    }
  }

  start(changes: Partial<AgentConfiguration> = {}): void {
    const stopping = new AbortController()
    this.running = { ended: runAgent(this.options(changes), stopping.signal), stopping }
  }

  /** Resolves after the first run of an agent that is started. */
  async firstRun(changes: Partial<AgentConfiguration> = {}): Promise<AgentStatus> {
    this.start(changes)
    let told: AgentStatus | undefined
    await until('the first run', async () => {
      told = await this.status()
      return (told?.attempted ?? null) !== null
    })
    return told as AgentStatus
  }

  /** Resolves when it has ended. */
  async stop(): Promise<void> {
    this.running?.stopping.abort()
    await this.running?.ended
    this.running = undefined
  }

  async close(): Promise<void> {
    await this.stop()
    await this.git.close()
  }

  sync(): Promise<AgentStatus> {
    return askAgent({ path: join(this.folder, 'run', 'control.sock'), command: 'sync', timeoutMs: 90_000 })
  }

  /** By the control socket, as `rampart remove --stop` does. */
  async askToStop(): Promise<void> {
    await askAgent({ path: join(this.folder, 'run', 'control.sock'), command: 'stop', timeoutMs: 30_000 })
    await this.running?.ended
  }

  /** Undefined while there is no agent. */
  async status(): Promise<AgentStatus | undefined> {
    try {
      return await askAgent({ path: join(this.folder, 'run', 'control.sock'), command: 'status', timeoutMs: 30_000 })
    } catch (error) {
      if (error instanceof HostError) return undefined
      throw error
    }
  }

  async get(path: string): Promise<{ readonly code: number; readonly body: string }> {
    const answer = await fetch(`http://127.0.0.1:${observe.port}${path}`)
    return { code: answer.status, body: await answer.text() }
  }

  /** The first group; 0 when there is no such line. */
  async metric(line: RegExp): Promise<number> {
    const { body } = await this.get('/metrics')
    return Number(line.exec(body)?.[1] ?? 0)
  }
}

/** What the kernel holds, all tables, with counters. */
export function listRuleset(): string {
  return execFileSync('nft', ['list', 'ruleset'], { encoding: 'utf8' })
}
