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

export const webhookSecret = 'correct horse battery staple'
export const hook = { host: '127.0.0.1', port: 9477 }
const observe = { host: '127.0.0.1', port: 9478 }

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
        node: 'web-1',
        repository: configure(`${this.git.proxy.url}/policy.git`, { timeoutMs: 1_500 }),
        trust: undefined,
        schedule: '0 0 1 1 *',
        splayMs: 0,
        webhook: { listen: hook, provider: 'github', secretFile },
        apply: quickApply,
        failsafes: 'minimal',
        driftIntervalMs: 3_600_000,
        observe,
        logLevel: 'debug',
        stateDir: join(this.folder, 'state'),
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
    return askAgent({ path: join(this.folder, 'run', 'control.sock'), command: 'sync', timeoutMs: 20_000 })
  }

  /** By the control socket, as `rampart remove --stop` does. */
  async askToStop(): Promise<void> {
    await askAgent({ path: join(this.folder, 'run', 'control.sock'), command: 'stop', timeoutMs: 5_000 })
    await this.running?.ended
  }

  /** Undefined while there is no agent. */
  async status(): Promise<AgentStatus | undefined> {
    try {
      return await askAgent({ path: join(this.folder, 'run', 'control.sock'), command: 'status', timeoutMs: 5_000 })
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
