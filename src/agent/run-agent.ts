/** The agent: everything that can ask for a run, the loop that carries runs out, and everything that tells about them. */

import { join } from 'node:path'
import { systemClock } from '../adapters/clock.ts'
import { ensureFolder } from '../adapters/files.ts'
import { refuseSharedAddress } from '../adapters/http-server.ts'
import { watchInterfaces } from '../adapters/interface-watch.ts'
import type { Journal } from '../adapters/journal.ts'
import { acquireLock } from '../adapters/lock.ts'
import { readMachineId } from '../adapters/machine-id.ts'
import { createMetrics, type Metrics } from '../adapters/metrics.ts'
import { type Schedule, startSchedule } from '../adapters/schedule.ts'
import { createServiceNotifier } from '../adapters/sd-notify.ts'
import type { AgentConfiguration } from '../host/agent-configuration.ts'
import type { HostFacts } from '../host/host-facts.ts'
import type { PendingStatus } from '../reconcile/agent-status.ts'
import { emptyMemory, type Memory } from '../reconcile/memory.ts'
import type { Outcome, Trigger } from '../reconcile/outcome.ts'
import type { LoginInspector } from '../reconcile/ports.ts'
import { type RunReport, run } from '../reconcile/run.ts'
import type { RunPorts } from '../reconcile/run-context.ts'
import type { Verification } from '../reconcile/trust.ts'
import type { Revision } from '../repository/revision.ts'
import { counterSamples } from './counter-samples.ts'
import { logPending, logRun } from './log-run.ts'
import { openServers } from './open-servers.ts'
import { RunLoop } from './run-loop.ts'
import { openRunPorts } from './run-ports.ts'
import { StatusBoard } from './status-board.ts'
import { StatusFile } from './status-file.ts'
import { openTrustedRepository } from './trusted-repository.ts'

export interface AgentOptions {
  readonly configuration: AgentConfiguration
  readonly controlPorts: readonly number[]
  /** Who is logged in: systemLogins. */
  readonly logins: LoginInspector
  /** Of the revert script. */
  readonly starter: 'unit' | 'ourselves'
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

class Agent {
  private readonly options: AgentOptions
  private readonly board: StatusBoard
  private readonly metrics: Metrics
  private readonly loop: RunLoop
  private readonly ports: RunPorts
  private readonly statusFile: StatusFile
  private memory: Memory = emptyMemory
  private facts: HostFacts | undefined
  private schedule: Schedule | undefined
  /** When the oldest request that is not yet served came in. */
  private requestedAtMs: number | undefined
  /** When the request came in that the current run serves. */
  private servedSinceMs = 0
  private retryTimer: NodeJS.Timeout | undefined

  constructor(options: AgentOptions) {
    const { configuration, journal, version } = options
    this.options = options
    this.statusFile = new StatusFile(join(configuration.stateDir, 'status.json'), journal)
    this.board = new StatusBoard({ configuration, version, startedAt: systemClock.now() })
    this.metrics = createMetrics({
      version,
      status: () => this.board.current(),
      readCounters: async (signal) =>
        counterSamples(await this.ports.kernel.readCounters(signal), this.memory.compilation?.counters ?? new Map()),
      onFault: (error) => journal.warn('counters-unreadable', { reason: reasonOf(error) }),
    })
    this.loop = new RunLoop({
      clock: systemClock,
      longestWaitMs: configuration.apply.confirmTimeoutMs,
      startRun: (triggers, signal) => this.runOnce(triggers, signal),
    })
    const { stateDir, repository } = configuration
    const source = openTrustedRepository({ ...configuration, folder: join(stateDir, 'repo') })
    const ports = openRunPorts({ ...source, stateDir, repository, starter: options.starter, journal })
    this.ports = {
      ...ports,
      logins: options.logins,
      inspector: { read: async (node, signal) => (this.facts = await ports.inspector.read(node, signal)) },
      onStage: (stage, seconds) => this.metrics.observeStage(stage, seconds),
      onApplied: (revision) => this.observeApplied(revision),
      onPending: (pending) => this.showPending(pending),
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
      sync: (trigger) => this.requestAndWait(trigger),
      confirm: () => this.ports.safeguard.confirm(),
      stop: () => this.loop.stop(),
      onPush: () => this.request('webhook'),
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
    this.board.remember(await this.statusFile.read())
    this.request('start')
    if (signal.aborted) stop()
    await notifier.ready()
    notifier.watch(() => this.loop.isAlive(), ending.signal)
    await this.loop.stopped
    await notifier.stopping()
    process.off('SIGHUP', onHangup)
    ending.abort()
    clearTimeout(this.retryTimer)
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
    const drift = setInterval(() => this.request('drift'), configuration.driftIntervalMs)
    const watch = {
      clock: systemClock,
      onChange: () => this.request('interfaces'),
      onFault: (reason: string) => this.options.journal.warn('interface-watch-ended', { reason }),
    }
    void watchInterfaces(watch, ending)
    ending.addEventListener('abort', () => {
      schedule.stop()
      clearInterval(drift)
    })
  }

  private requestAndWait(trigger: Trigger): Promise<void> {
    this.requestedAtMs ??= systemClock.monotonicMs()
    return this.loop.requestAndWait(trigger)
  }

  private request(trigger: Trigger): void {
    this.requestedAtMs ??= systemClock.monotonicMs()
    this.loop.request(trigger)
  }

  private async runOnce(triggers: readonly Trigger[], signal: AbortSignal): Promise<Outcome['type']> {
    const { node, failsafes, apply } = this.options.configuration
    this.servedSinceMs = this.requestedAtMs ?? systemClock.monotonicMs()
    this.requestedAtMs = undefined
    try {
      const settings = { node, failsafes, apply, controlPorts: this.options.controlPorts, allowed: [] }
      const report = await run(this.ports, settings, { triggers, memory: this.memory, signal })
      if (report.memory.verification !== this.memory.verification) this.warnAbout(report.memory.verification)
      this.memory = report.memory
      await this.record(report, triggers)
      return report.outcome.type
    } catch (error) {
      this.options.journal.error('run-broke', {
        reason: reasonOf(error),
        stack: error instanceof Error ? error.stack : undefined,
      })
      return 'failed'
    }
  }

  private warnAbout(verification: Verification | undefined): void {
    if (verification?.type !== 'trusted') return
    for (const { code, message } of verification.warnings) this.options.journal.warn(code, { message })
  }

  private async record(report: RunReport, triggers: readonly Trigger[]): Promise<void> {
    const at = systemClock.now()
    this.board.recordRun({ report, triggers, at, facts: this.facts })
    if (this.schedule !== undefined) this.board.planNextRun(this.schedule.nextRunAt())
    this.metrics.countRun(report.outcome.type)
    if (report.outcome.type === 'failed') this.metrics.countFailure(report.outcome.error.code)
    if (report.drift.length > 0) this.metrics.countDrift()
    if (report.revert !== undefined) this.metrics.countRevert(report.revert)
    logRun(this.options.journal, { report, triggers, status: this.board.current() })
    this.planRetry(report.memory.setAside)
    await this.statusFile.write(this.board.current())
  }

  /** The kernel holds it from this moment on; confirmed or not, that is how long it took. */
  private observeApplied({ committedAt }: Revision): void {
    this.metrics.observeEnforced('trigger', (systemClock.monotonicMs() - this.servedSinceMs) / 1000)
    if (committedAt === undefined) return
    this.metrics.observeEnforced('commit', (systemClock.now().getTime() - committedAt.getTime()) / 1000)
  }

  private showPending(pending: PendingStatus | undefined): void {
    this.board.recordPending(pending)
    if (pending === undefined) return
    logPending(this.options.journal, pending)
    void this.statusFile.write(this.board.current())
  }

  /** A revision that was set aside without its fault is due at a time of its own, whatever the schedule says. */
  private planRetry(setAside: Memory['setAside']): void {
    clearTimeout(this.retryTimer)
    if (setAside === undefined || setAside === 'unread' || setAside.retryAt === undefined) return
    const delayMs = Math.max(0, setAside.retryAt.getTime() - Date.now()) + 1
    this.retryTimer = setTimeout(() => this.request('retry'), delayMs)
    this.retryTimer.unref()
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
