/** The built agent in a process of its own in this network namespace, with a real git server, asked by webhook; and its own record of a run. */

import { type ChildProcess, spawn } from 'node:child_process'
import { createHmac, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type GitServer, startGitServer } from '../../src/demo/git-server.ts'
import { commitFiles, createBareRepository } from '../fakes/bare-repository.ts'
import { examineProcessTree } from './processor-time.ts'

const secret = 'correct horse battery staple'
const hook = '127.0.0.1:9477'
const observe = '127.0.0.1:9478'
/** The agent takes no two pushes within two seconds as two runs. */
const pushGapMs = 2_100
const quietMs = 300
const journalName = 'journal.jsonl'
const longestWaitMs = 8 * 60_000

/** Milliseconds of each stage so far, by its name. */
export type StageTimes = ReadonlyMap<string, number>

export interface AgentSettings {
  /** The built program. */
  readonly rampart: string
  /** As the policies call this host. */
  readonly node: string
  /** An empty one. */
  readonly folder: string
  /** The first commit: text by path. */
  readonly files: Readonly<Record<string, string>>
  /** `usual`: as without a configuration; `none`: nothing happens by itself. */
  readonly schedule: 'usual' | 'none'
}

interface Parts {
  readonly repository: string
  readonly server: GitServer
  readonly child: ChildProcess
  readonly tip: string
  readonly journal: string
}

export class BenchAgent {
  /** Of the branch. */
  tip: string
  private readonly repository: string
  private readonly server: GitServer
  private readonly child: ChildProcess
  private readonly journal: string
  private rangAtMs = performance.now()

  private constructor({ repository, server, child, tip, journal }: Parts) {
    this.journal = journal
    this.repository = repository
    this.server = server
    this.child = child
    this.tip = tip
  }

  /** Resolves when it has been started; wait until it has settled. */
  static async start(start: AgentSettings): Promise<BenchAgent> {
    const { rampart, folder, files } = start
    const repository = join(folder, 'root', 'policy.git')
    mkdirSync(join(folder, 'root'), { recursive: true })
    createBareRepository(repository)
    const tip = commitFiles(repository, { files })
    const server = await startGitServer({ root: join(folder, 'root'), host: '127.0.0.1', port: 0 })
    const config = join(folder, 'agent.yaml')
    writeFileSync(join(folder, 'secret'), `${secret}\n`)
    writeFileSync(config, configuration(`${server.url}/policy.git`, start))
    const child = spawn(process.execPath, [rampart, 'run', '--config', config], {
      stdio: ['ignore', openSync(join(folder, journalName), 'a'), 'inherit'],
      env: { ...process.env, RAMPART_RUNTIME_DIR: join(folder, 'run') },
    })
    process.once('exit', () => child.kill('SIGTERM'))
    return new BenchAgent({ ...{ repository, server, child, tip }, journal: join(folder, journalName) })
  }

  get pid(): number {
    return this.child.pid ?? 0
  }

  /** Until the agent would not take a push for one of a burst. */
  async pause(): Promise<void> {
    await delay(Math.max(0, this.rangAtMs + pushGapMs - performance.now()))
  }

  /**
   * Commits the files and tells the agent at once, which looks at the branch for reasons of its own, too, such as an address that is
   * ready at last. Gives the moment at which the request went out. @param files undefined removes one
   */
  async push(files: Readonly<Record<string, string | undefined>>): Promise<number> {
    this.tip = commitFiles(this.repository, { files })
    this.rangAtMs = performance.now()
    const headers = {
      'x-signature-256': `sha256=${createHmac('sha256', secret).digest('hex')}`,
      'x-delivery': randomUUID(),
    }
    const answer = await fetch(`http://${hook}/hook`, { method: 'POST', headers })
    if (answer.status !== 202) throw new Error(`the webhook answered ${answer.status}`)
    return this.rangAtMs
  }

  /** Resolves when it has told of the tip as enforced and does nothing more. @throws Error after eight minutes */
  async settled(): Promise<void> {
    await this.until('the tip is not enforced', async () => (await this.get('/readyz'))?.trim() === this.tip)
    let before = this.processorMs()
    await this.until('the agent does not come to rest', async () => {
      await delay(quietMs)
      const now = this.processorMs()
      const isQuiet = now - before < quietMs / 30
      before = now
      return isQuiet
    })
  }

  async stageTimes(): Promise<StageTimes> {
    const text = (await this.get('/metrics')) ?? ''
    const sums = text.matchAll(/^rampart_run_duration_seconds_sum\{stage="([\w-]+)"\} (\S+)$/gm)
    return new Map([...sums].map(([, stage = '', seconds]) => [stage, Number(seconds) * 1000]))
  }

  async close(): Promise<void> {
    this.child.kill('SIGTERM')
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'exit')
    await this.server.close()
  }

  /** Waits for something that the agent does. @throws Error with the end of its journal, as soon as there is an error in it */
  async orFault<T>(something: Promise<T>): Promise<T> {
    const ending = new AbortController()
    try {
      return await Promise.race([something, this.fault(ending.signal)])
    } finally {
      ending.abort()
    }
  }

  private async fault(signal: AbortSignal): Promise<never> {
    while (!signal.aborted && !readFileSync(this.journal, 'utf8').includes('"level":"error"')) await delay(100)
    throw new Error(`the agent said: ${readFileSync(this.journal, 'utf8').slice(-2000)}`)
  }

  private processorMs(): number {
    return examineProcessTree(this.pid).processorMs
  }

  /** Undefined while there is no answer, or not the one that is hoped for. */
  private async get(path: string): Promise<string | undefined> {
    try {
      const answer = await fetch(`http://${observe}${path}`)
      return answer.ok ? await answer.text() : undefined
    } catch {
      return undefined
    }
  }

  private async until(fault: string, holds: () => Promise<boolean>): Promise<void> {
    const startedMs = performance.now()
    while (!(await holds())) {
      if (this.child.exitCode !== null) throw new Error(`the agent ended with ${this.child.exitCode}`)
      if (performance.now() - startedMs > longestWaitMs) throw new Error(fault)
      await delay(20)
    }
  }
}

/** Without waits and probes, and with time enough for what is large: the kernel takes half a minute to list 100,000 counters. */
function configuration(url: string, { folder, node, schedule }: AgentSettings): string {
  const never = 'schedule: "0 0 1 1 *"\nsplay: 0s\ndriftInterval: 1h\n'
  return `apiVersion: rampart/v1
kind: AgentConfiguration
node: ${node}
repository: {url: "${url}"}
${schedule === 'none' ? never : ''}stateDir: ${join(folder, 'state')}
webhook: {listen: "${hook}", provider: generic, secretFile: ${join(folder, 'secret')}}
observe: {listen: "${observe}"}
apply: {firstActivationDelay: 0s, confirmAfter: 0s, confirmTimeout: 10m, probes: []}
`
}
