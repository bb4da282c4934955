/** The agent as it is shipped, in a process of its own that may end at any moment; to be used in a network namespace of the test's own. */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { askAgent } from '../../src/adapters/control-socket.ts'
import type { AgentStatus } from '../../src/reconcile/agent-status.ts'
import { temporaryFolder } from './policy-folder.ts'
import { until } from './until.ts'

/** Bundled: it starts in a tenth of the time. */
const program = fileURLToPath(new URL('../../dist/rampart.js', import.meta.url))

/** Of node(1), before the program, and its environment. */
export interface Preload {
  readonly options: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

export class KillableAgent {
  readonly folder = temporaryFolder()
  private readonly preload: Preload | undefined
  private process: ChildProcess | undefined

  constructor(preload?: (folder: string) => Preload) {
    this.preload = preload?.(this.folder)
  }

  /** The path of one of its state folder's files. */
  state(name = ''): string {
    return join(this.folder, 'state', name)
  }

  /** @param fields of the configuration, as YAML, beside the name of the host and where its state lies; no schedule comes by itself */
  configure(fields: string): void {
    const head =
      'apiVersion: rampart/v1\nkind: AgentConfiguration\nnode: web-1\nstateDir: state\nschedule: "0 0 1 1 *"\n'
    writeFileSync(join(this.folder, 'agent.yaml'), `${head}${fields}`)
  }

  async start(): Promise<void> {
    await this.end('SIGKILL')
    const { options = [], env = {} } = this.preload ?? {}
    const words = [...options, program, 'run', '--config', join(this.folder, 'agent.yaml')]
    const variables = { PATH: process.env.PATH, RAMPART_RUNTIME_DIR: join(this.folder, 'run'), ...env }
    this.process = spawn(process.execPath, words, { env: variables, stdio: 'ignore' })
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    this.process?.kill(signal)
    await this.gone()
  }

  /** Resolves when the process has ended, by whatever. */
  async gone(): Promise<void> {
    if (this.process !== undefined && !this.hasEnded()) await once(this.process, 'exit')
  }

  send(signal: NodeJS.Signals): void {
    this.process?.kill(signal)
  }

  hasEnded(): boolean {
    return (this.process?.exitCode ?? null) !== null || (this.process?.signalCode ?? null) !== null
  }

  wasKilled(): boolean {
    return this.process?.signalCode === 'SIGKILL'
  }

  /** After the run that it asks for, or what there is to confirm. */
  ask<Command extends 'sync' | 'insist' | 'confirm'>(command: Command) {
    return askAgent({ path: this.socket(), command, timeoutMs: 60_000 })
  }

  rollBack(input: { readonly revision: string | null; readonly allowed: readonly string[] }) {
    return askAgent({ path: this.socket(), command: 'rollback', timeoutMs: 60_000, input })
  }

  /** Undefined while there is no agent. */
  status(): Promise<AgentStatus | undefined> {
    return askAgent({ path: this.socket(), command: 'status', timeoutMs: 5_000 }).catch(() => undefined)
  }

  /** Until the first run is over, or the process has ended: then undefined. */
  async firstRun(): Promise<AgentStatus | undefined> {
    let told: AgentStatus | undefined
    await until('the first run', async () => {
      if (this.hasEnded()) return true
      told = await this.status()
      return (told?.attempted ?? null) !== null
    })
    return told
  }

  private socket(): string {
    return join(this.folder, 'run', 'control.sock')
  }
}

/** What the kernel holds, in any order of lines: a table that was changed lists its chains in another order than one that was loaded whole. */
export function liveTable(): string {
  const text = execFileSync('nft', ['-s', '-n', 'list', 'ruleset'], { encoding: 'utf8' })
  return text.split('\n').sort().join('\n')
}
