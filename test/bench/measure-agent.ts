/** An agent in a network namespace of its own: its start, and how long it takes for each commit. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface, type Interface } from 'node:readline'
import { Namespaces } from '../fakes/kernel.ts'
import type { AgentSample, AgentStart, AgentStep, DriverOrder } from './agent-driver.ts'
import { type GeneratedFile, generatedNode } from './generate-policies.ts'
import { inside } from './namespaced.ts'
import { emptyFolder, type Workbench, writeFiles } from './workbench.ts'

export interface AgentSubject {
  /** Unique among those that run side by side. */
  readonly name: string
  readonly files: readonly GeneratedFile[]
  /** As the files call the host; that of generatePolicies() without it. */
  readonly node?: string
  /** Where it runs; a namespace of its own without it. */
  readonly namespace?: string
}

export class AgentSession {
  readonly start: AgentStart
  private readonly driver: Driver
  private readonly namespaces: Namespaces

  private constructor(start: AgentStart, driver: Driver, namespaces: Namespaces) {
    this.start = start
    this.driver = driver
    this.namespaces = namespaces
  }

  /** Resolves when the agent has enforced the files and is at rest. */
  static async open(workbench: Workbench, { name, files, node, namespace }: AgentSubject): Promise<AgentSession> {
    const order: DriverOrder = {
      rampart: workbench.rampart,
      node: node ?? generatedNode,
      policies: writeFiles(workbench, `${name}-files`, files),
      folder: emptyFolder(workbench, `${name}-agent`),
    }
    const namespaces = new Namespaces()
    const program = [process.execPath, workbench.programs['agent-driver'], JSON.stringify(order)] as const
    const [command, ...args] = inside(namespace ?? namespaces.add(), program)
    const driver = new Driver(spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] }))
    return new AgentSession((await driver.answer()) as AgentStart, driver, namespaces)
  }

  /** One commit. */
  async step(step: AgentStep): Promise<AgentSample> {
    this.driver.ask(step)
    return (await this.driver.answer()) as AgentSample
  }

  async close(): Promise<void> {
    await this.driver.close()
    this.namespaces.remove()
  }
}

/** The other end of agent-driver.ts. */
class Driver {
  private readonly child: ChildProcess
  private readonly lines: AsyncIterator<string>
  /** Its code, or the signal. */
  private readonly ended: Promise<string>

  constructor(child: ChildProcess) {
    const { stdout } = child
    if (stdout === null) throw new Error('bug: the driver has no output')
    this.child = child
    this.ended = once(child, 'exit').then(([code, signal]) => `${signal ?? code}`)
    const reader: Interface = createInterface(stdout)
    this.lines = reader[Symbol.asyncIterator]()
  }

  ask(step: AgentStep): void {
    this.child.stdin?.write(`${JSON.stringify(step)}\n`)
  }

  /** It bounds its own waits. @throws Error when it ended, which it has said why */
  async answer(): Promise<unknown> {
    const { value, done } = await this.lines.next()
    if (done === true) throw new Error(`the driver of an agent ended with ${await this.ended}`)
    return JSON.parse(value) as unknown
  }

  async close(): Promise<void> {
    this.child.stdin?.end()
    await this.ended
  }
}

/** From the moment at which the agent knows the revision to the new table in the kernel: all that follows the fetch, and the gaps. */
export function knownToKernelMs({ kernelMs, stages }: AgentSample): number {
  return kernelMs - (stages.find(({ name }) => name === 'fetch')?.durationMs ?? 0)
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
