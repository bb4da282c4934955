/** The agent: everything that can ask for a run, the loop that carries runs out, and everything that tells about them. */

import { join } from 'node:path'
import { systemClock } from '../adapters/clock.ts'
import { ensureFolder } from '../adapters/files.ts'
import { refuseSharedAddress } from '../adapters/http-server.ts'
import type { Journal } from '../adapters/journal.ts'
import { acquireLock } from '../adapters/lock.ts'
import { createMetrics, type Metrics } from '../adapters/metrics.ts'
import { openKernel } from '../adapters/nft.ts'
import type { Schedule } from '../adapters/schedule.ts'
import { createServiceNotifier } from '../adapters/sd-notify.ts'
import type { AgentConfiguration } from '../host/agent-configuration.ts'
import type { HostFacts } from '../host/host-facts.ts'
import type { AgentStatus, PendingStatus } from '../reconcile/agent-status.ts'
import { emptyMemory, type Memory } from '../reconcile/memory.ts'
import type { Outcome, Trigger } from '../reconcile/outcome.ts'
import type { LoginInspector } from '../reconcile/ports.ts'
import { run } from '../reconcile/run.ts'
import type { RunPorts, RunSettings } from '../reconcile/run-context.ts'
import { coalesce } from './coalesce.ts'
import { counterSamples } from './counter-samples.ts'
import { DriftRepair, noSuspects, type RepairEnd } from './drift-repair.ts'
import { activationNote, logBroken, reasonOf } from './log-events.ts'
import { logPending, logVerification } from './log-run.ts'
import { openServers } from './open-servers.ts'
import { releasedBetween } from './released-between.ts'
import { RequestAge } from './request-age.ts'
import { RunLoop } from './run-loop.ts'
import { openRunPorts } from './run-ports.ts'
import { RunRecord } from './run-record.ts'
import { RunStates } from './run-states.ts'
import { withStagedCounts } from './staged-status.ts'
import { startTimers } from './start-timers.ts'
import { StatusBoard } from './status-board.ts'
import { StatusFile } from './status-file.ts'
import { openTrustedRepository } from './trusted-repository.ts'
import { Turn } from './turn.ts'

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

/** A burst of pushes becomes a run at once and one more when it is over. */
const pushGapMs = 2_000

class Agent {
  private readonly options: AgentOptions
  private readonly board: StatusBoard
  private readonly kernelTurn = new Turn()
  private readonly drift: DriftRepair
  private readonly record: RunRecord
  private readonly metrics: Metrics
  private readonly loop: RunLoop
  private readonly ports: RunPorts
  private readonly settings: RunSettings
  private readonly statusFile: StatusFile
  private memory: Memory = emptyMemory
  private facts: HostFacts | undefined
  private schedule: Schedule | undefined
  private readonly requestAge = new RequestAge(systemClock)
  private readonly states: RunStates

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
    this.drift = new DriftRepair({
      clock: systemClock,
      journal,
      repair: (signal) => this.repairOnce(signal),
      onStatus: (change) => this.board.setDrift(change),
    })
    const { metrics, board, statusFile } = this
    const status = (): Promise<AgentStatus> => this.report()
    this.record = new RunRecord({ clock: systemClock, journal, metrics, board, status, statusFile })
    const { node, failsafes, apply, stateDir, repository } = configuration
    this.settings = { node, failsafes, apply, controlPorts: options.controlPorts, allowed: [] }
    const { source: git, trust } = openTrustedRepository({ ...configuration, folder: join(stateDir, 'repo') })
    const source = { fetch: (signal: AbortSignal) => this.kernelTurn.leave(() => git.fetch(signal)) }
    const ports = openRunPorts({ source, trust, stateDir, repository, starter: options.starter, journal })
    this.ports = {
      ...ports,
      kernel: openKernel({ onWriter: (pid) => this.drift.noteWriter(pid) }),
      logins: options.logins,
      inspector: { read: async (node, signal) => (this.facts = await ports.inspector.read(node, signal)) },
      onActivation: (delayMs) => journal.info('first-activation', { delayMs, note: activationNote }),
      onStage: (stage, seconds) => this.metrics.observeStage(stage, seconds),
      onApplied: (revision) => this.requestAge.observeApplied(this.metrics, revision),
      onPending: (pending) => this.showPending(pending),
    }
    this.states = new RunStates({
      ...{ journal, board, statusFile, report: status, store: ports.store, clock: systemClock, turn: this.kernelTurn },
      request: (trigger) => this.request(trigger),
      requestAndWait: (trigger) => this.requestAndWait(trigger),
      compare: () => this.drift.want(),
    })
  }

  async run(signal: AbortSignal): Promise<void> {
    const { configuration, journal } = this.options
    const ending = new AbortController()
    const closers = await openServers({
      configuration,
      runtimeDir: this.options.runtimeDir,
      status: () => this.board.current(),
      report: () => this.report(),
      metrics: this.metrics,
      isAlive: () => this.loop.isAlive(),
      sync: (trigger) => this.requestAndWait(trigger),
      confirm: () => this.ports.safeguard.confirm(),
      states: this.states,
      stop: () => this.loop.stop(),
      onPush: coalesce(() => this.request('webhook'), { gapMs: pushGapMs, clock: systemClock, signal: ending.signal }),
      onFault: (error) => journal.warn('server-fault', { reason: reasonOf(error) }),
    })
    this.schedule = await startTimers(
      { configuration, journal, request: (trigger) => this.request(trigger), compare: () => this.drift.want() },
      ending.signal,
    )
    this.board.planNextRun(this.schedule.nextRunAt())
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
    await this.states.recall()
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
    this.states.stop()
    for (const close of closers) await close()
    journal.info('agent-stopped', { note: 'the ruleset stays' })
  }

  private requestAndWait(trigger: Trigger): Promise<void> {
    this.requestAge.ask()
    return this.loop.requestAndWait(trigger)
  }

  private request(trigger: Trigger): void {
    this.requestAge.ask()
    this.loop.request(trigger)
  }

  private runOnce(triggers: readonly Trigger[], signal: AbortSignal): Promise<Outcome['type']> {
    this.requestAge.serve()
    return this.inTurn('failed', async () => {
      const { target: rollback, allowed } = this.states.rollbackFor(triggers) ?? { target: undefined, allowed: [] }
      const request = { triggers, memory: this.memory, current: () => this.memory, signal, rollback }
      const report = await run(this.ports, { ...this.settings, allowed }, request)
      logVerification(this.options.journal, report.memory.verification, this.memory.verification)
      const released = releasedBetween(this.memory, report.memory, this.facts)
      this.memory = report.memory
      if (this.schedule !== undefined) this.board.planNextRun(this.schedule.nextRunAt())
      const suspects = report.drift.length > 0 ? this.drift.takeSuspects() : noSuspects
      this.states.observe(report.memory)
      await this.record.run({ report, triggers, facts: this.facts, suspects, released })
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
      this.memory = report.memory
      this.states.observe(report.memory)
      if (signal.aborted) return { result: 'in-sync', suspects: [] }
      await this.record.repair(report, suspects)
      const repaired = report.drift.length > 0 ? 'repaired' : 'in-sync'
      return { result: report.outcome.type === 'failed' ? 'failed' : repaired, suspects: suspects.authors }
    })
  }

  private inTurn<T>(broken: T, work: () => Promise<T>): Promise<T> {
    return this.kernelTurn.take(() => work().catch((error: unknown) => logBroken(this.options.journal, error, broken)))
  }

  /** The status with what the kernel has counted. */
  private report(): Promise<AgentStatus> {
    const onFault = (error: unknown) => this.options.journal.warn('counters-unreadable', { reason: reasonOf(error) })
    const { compilation } = this.memory
    return withStagedCounts(this.board.current(), { compilation, kernel: this.ports.kernel, onFault })
  }

  private showPending(pending: PendingStatus | undefined): void {
    this.board.recordPending(pending)
    if (pending === undefined) return
    logPending(this.options.journal, pending)
    void this.statusFile.write(this.board.current())
  }
}
