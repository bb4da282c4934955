/** The agent: everything that can ask for a run, the loop that carries runs out, and everything that tells about them. */

import { join } from 'node:path'
import { systemClock } from '../adapters/clock.ts'
import { ensureFolder, readOptionalTextFile } from '../adapters/files.ts'
import { openGitRepository } from '../adapters/git-repository.ts'
import { refuseSharedAddress } from '../adapters/http-server.ts'
import { watchInterfaces } from '../adapters/interface-watch.ts'
import { systemHostInspector } from '../adapters/interfaces.ts'
import type { Journal } from '../adapters/journal.ts'
import { acquireLock } from '../adapters/lock.ts'
import { readMachineId } from '../adapters/machine-id.ts'
import { createMetrics, type Metrics } from '../adapters/metrics.ts'
import { openKernel } from '../adapters/nft.ts'
import { type Schedule, startSchedule } from '../adapters/schedule.ts'
import { createServiceNotifier } from '../adapters/sd-notify.ts'
import { createStateStore } from '../adapters/state-store.ts'
import type { AgentConfiguration } from '../host/agent-configuration.ts'
import type { HostFacts } from '../host/host-facts.ts'
import type { AgentStatus } from '../reconcile/agent-status.ts'
import { emptyMemory, type Memory } from '../reconcile/memory.ts'
import type { Outcome, Trigger } from '../reconcile/outcome.ts'
import { type RunPorts, type RunSettings, run } from '../reconcile/run.ts'
import { coalesce } from './coalesce.ts'
import { counterSamples } from './counter-samples.ts'
import { DriftRepair, noSuspects, type RepairEnd } from './drift-repair.ts'
import { openServers } from './open-servers.ts'
import { RunLoop } from './run-loop.ts'
import { RunRecord } from './run-record.ts'
import { StatusBoard } from './status-board.ts'
import { Turn } from './turn.ts'

export interface AgentOptions {
  readonly configuration: AgentConfiguration
  readonly controlPorts: readonly number[]
  /** Folder of the control socket. */
  readonly runtimeDir: string
  readonly version: string
  readonly journal: Journal
}

/** Runs until the signal aborts or `stop` is asked for. @throws HostError lock-held, listen-failed, state-unwritable, file-unreadable */
export async function runAgent(options: AgentOptions, signal: AbortSignal): Promise<void> {
  const { configuration } = options
  refuseSharedAddress(configuration.webhook?.listen, configuration.observe)
  await ensureFolder(configuration.stateDir)
  await ensureFolder(options.runtimeDir)
  const lock = await acquireLock(join(configuration.stateDir, 'lock'))
  try {
    await new Agent(options).run(signal)
  } finally {
    lock.release()
  }
}

/** A burst of pushes becomes a run at once and one more when it is over. */
const pushGapMs = 2_000

class Agent {
  private readonly options: AgentOptions
  private readonly board: StatusBoard
  private readonly kernel = openKernel({ onWriter: (pid) => this.drift.noteWriter(pid) })
  private readonly kernelTurn = new Turn()
  private readonly drift: DriftRepair
  private readonly record: RunRecord
  private readonly metrics: Metrics
  private readonly loop: RunLoop
  private readonly ports: RunPorts
  private readonly settings: RunSettings
  private readonly statusFile: string
  private memory: Memory = emptyMemory
  private facts: HostFacts | undefined
  private schedule: Schedule | undefined
  /** When the oldest request that is not yet served came in. */
  private requestedAtMs: number | undefined

  constructor(options: AgentOptions) {
    const { configuration, journal, version } = options
    this.options = options
    this.statusFile = join(configuration.stateDir, 'status.json')
    const board = new StatusBoard({ configuration, version, startedAt: systemClock.now() })
    const metrics = createMetrics({
      version,
      status: () => board.current(),
      readCounters: async (signal) =>
        counterSamples(await this.kernel.readCounters(signal), this.memory.compilation?.counters ?? new Map()),
      onFault: (error) => journal.warn('counters-unreadable', { reason: reasonOf(error) }),
    })
    this.board = board
    this.metrics = metrics
    this.loop = new RunLoop({ clock: systemClock, startRun: (triggers, signal) => this.runOnce(triggers, signal) })
    this.settings = {
      node: configuration.node,
      failsafes: configuration.failsafes,
      controlPorts: options.controlPorts,
    }
    this.drift = new DriftRepair({
      clock: systemClock,
      journal,
      repair: (signal) => this.repairOnce(signal),
      onStatus: (change) => this.board.setDrift(change),
    })
    this.record = new RunRecord({ clock: systemClock, journal, metrics, board, statusFile: this.statusFile })
    const git = openGitRepository({
      configuration: configuration.repository,
      folder: join(configuration.stateDir, 'repo'),
    })
    this.ports = {
      source: { fetch: (signal) => this.kernelTurn.leave(() => git.fetch(signal)) },
      kernel: this.kernel,
      inspector: { read: async (node, signal) => (this.facts = await systemHostInspector.read(node, signal)) },
      store: createStateStore(configuration.stateDir, journal),
      clock: systemClock,
      onStage: (stage, seconds) => this.metrics.observeStage(stage, seconds),
    }
  }

  async run(signal: AbortSignal): Promise<void> {
    const { configuration, journal } = this.options
    const ending = new AbortController()
    const closers = await openServers({
      configuration,
      runtimeDir: this.options.runtimeDir,
      status: () => this.board.current(),
      metrics: this.metrics,
      isAlive: () => this.loop.isAlive(),
      sync: () => this.requestAndWait('sync'),
      stop: () => this.loop.stop(),
      onPush: coalesce(() => this.request('webhook'), { gapMs: pushGapMs, clock: systemClock, signal: ending.signal }),
      onFault: (error) => journal.warn('server-fault', { reason: reasonOf(error) }),
    })
    await this.startTimers(ending.signal)
    const notifier = createServiceNotifier({
      environment: process.env,
      onFault: (reason) => journal.warn('systemd-notify-failed', { reason }),
    })
    const stop = (): void => this.loop.stop()
    signal.addEventListener('abort', stop, { once: true })
    const onHangup = (): void => this.request('signal')
    process.on('SIGHUP', onHangup)
    journal.info('agent-started', { node: configuration.node, version: this.options.version, pid: process.pid })
    await this.rememberStatus()
    const driftWatch = this.drift.watch(ending.signal)
    this.request('start')
    if (signal.aborted) stop()
    await notifier.ready()
    notifier.watch(() => this.loop.isAlive(), ending.signal)
    await this.loop.stopped
    await notifier.stopping()
    process.off('SIGHUP', onHangup)
    ending.abort()
    await driftWatch
    for (const close of closers) await close()
    journal.info('agent-stopped', { note: 'the ruleset stays' })
  }

  private async startTimers(ending: AbortSignal): Promise<void> {
    const { configuration } = this.options
    const schedule = startSchedule({
      expression: configuration.schedule,
      splayMs: configuration.splayMs,
      machineId: await readMachineId(),
      clock: systemClock,
      onTick: () => this.request('schedule'),
    })
    this.schedule = schedule
    this.board.planNextRun(schedule.nextRunAt())
    const slowly = setInterval(() => this.drift.want(), configuration.driftIntervalMs)
    const watch = {
      clock: systemClock,
      onChange: () => this.request('interfaces'),
      onFault: (reason: string) => this.options.journal.warn('interface-watch-ended', { reason }),
    }
    void watchInterfaces(watch, ending)
    ending.addEventListener('abort', () => {
      schedule.stop()
      clearInterval(slowly)
    })
  }

  /** A status file that cannot be read costs nothing but the time since when the revision is enforced. */
  private async rememberStatus(): Promise<void> {
    const text = await readOptionalTextFile(this.statusFile)
    if (text === undefined) return
    try {
      this.board.remember(JSON.parse(text) as AgentStatus)
    } catch (error) {
      this.options.journal.warn('state-damaged', { file: this.statusFile, reason: reasonOf(error) })
    }
  }

  private requestAndWait(trigger: Trigger): Promise<void> {
    this.requestedAtMs ??= systemClock.monotonicMs()
    return this.loop.requestAndWait(trigger)
  }

  private request(trigger: Trigger): void {
    this.requestedAtMs ??= systemClock.monotonicMs()
    this.loop.request(trigger)
  }

  private runOnce(triggers: readonly Trigger[], signal: AbortSignal): Promise<Outcome['type']> {
    const requestedAtMs = this.requestedAtMs ?? systemClock.monotonicMs()
    this.requestedAtMs = undefined
    return this.inTurn('failed', async () => {
      const before = this.memory.enforced?.revision.commit
      const report = await run(this.ports, this.settings, { triggers, memory: this.memory, signal })
      this.memory = report.memory
      if (this.schedule !== undefined) this.board.planNextRun(this.schedule.nextRunAt())
      const suspects = report.drift.length > 0 ? this.drift.takeSuspects() : noSuspects
      await this.record.run(report, { triggers, requestedAtMs, before, facts: this.facts, suspects })
      return report.outcome.type
    })
  }

  /** Beside a run that waits for git, never beside one that looks at the kernel. */
  private repairOnce(signal: AbortSignal): Promise<RepairEnd> {
    return this.inTurn({ result: 'failed', suspects: [] }, async () => {
      const suspects = this.drift.takeSuspects()
      // Before the first run there is nothing to repair, and that run compares.
      if (this.memory.enforced === undefined) return { result: 'in-sync', suspects: [] }
      const report = await run(this.ports, this.settings, { triggers: ['drift'], memory: this.memory, signal })
      if (signal.aborted) return { result: 'in-sync', suspects: [] }
      await this.record.repair(report, suspects)
      const repaired = report.drift.length > 0 ? 'repaired' : 'in-sync'
      return { result: report.outcome.type === 'failed' ? 'failed' : repaired, suspects: suspects.authors }
    })
  }

  /** Throws nothing: what breaks is a bug, and told with all that is known of it. */
  private inTurn<T>(broken: T, work: () => Promise<T>): Promise<T> {
    return this.kernelTurn.take(async () => {
      try {
        return await work()
      } catch (error) {
        const stack = error instanceof Error ? error.stack : undefined
        this.options.journal.error('run-broke', { reason: reasonOf(error), stack })
        return broken
      }
    })
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
