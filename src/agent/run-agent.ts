/** The agent: everything that can ask for a run, the loop that carries runs out, and everything that tells about them. */

import { join } from 'node:path'
import { systemClock } from '../adapters/clock.ts'
import { systemConnections } from '../adapters/conntrack.ts'
import { ensureFolder, readOptionalTextFile, writeFileAtomically } from '../adapters/files.ts'
import { openGitRepository } from '../adapters/git-repository.ts'
import { refuseSharedAddress } from '../adapters/http-server.ts'
import { watchInterfaces } from '../adapters/interface-watch.ts'
import { systemHostInspector } from '../adapters/interfaces.ts'
import type { Journal } from '../adapters/journal.ts'
import { acquireLock } from '../adapters/lock.ts'
import { readMachineId } from '../adapters/machine-id.ts'
import { createMetrics, type Metrics } from '../adapters/metrics.ts'
import { openKernel } from '../adapters/nft.ts'
import { systemRoutes } from '../adapters/routes.ts'
import { type Schedule, startSchedule } from '../adapters/schedule.ts'
import { createServiceNotifier } from '../adapters/sd-notify.ts'
import { createStateStore } from '../adapters/state-store.ts'
import type { AgentConfiguration } from '../host/agent-configuration.ts'
import type { HostFacts } from '../host/host-facts.ts'
import type { AgentStatus } from '../reconcile/agent-status.ts'
import { emptyMemory, type Memory } from '../reconcile/memory.ts'
import type { Outcome, Trigger } from '../reconcile/outcome.ts'
import { type RunPorts, type RunReport, run } from '../reconcile/run.ts'
import { counterSamples } from './counter-samples.ts'
import { activationNote, logConnections, logReleased, reasonOf } from './log-events.ts'
import { openServers } from './open-servers.ts'
import { releasedBetween } from './released-between.ts'
import { RunLoop } from './run-loop.ts'
import { describeOutcome, StatusBoard } from './status-board.ts'

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

class Agent {
  private readonly options: AgentOptions
  private readonly board: StatusBoard
  private readonly kernel = openKernel()
  private readonly metrics: Metrics
  private readonly loop: RunLoop
  private readonly ports: RunPorts
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
    this.board = new StatusBoard({ configuration, version, startedAt: systemClock.now() })
    this.metrics = createMetrics({
      version,
      status: () => this.board.current(),
      readCounters: async (signal) =>
        counterSamples(await this.kernel.readCounters(signal), this.memory.compilation?.counters ?? new Map()),
      onFault: (error) => journal.warn('counters-unreadable', { reason: reasonOf(error) }),
    })
    this.loop = new RunLoop({ clock: systemClock, startRun: (triggers, signal) => this.runOnce(triggers, signal) })
    this.ports = {
      source: openGitRepository({
        configuration: configuration.repository,
        folder: join(configuration.stateDir, 'repo'),
      }),
      kernel: this.kernel,
      inspector: { read: async (node, signal) => (this.facts = await systemHostInspector.read(node, signal)) },
      store: createStateStore(configuration.stateDir, journal),
      connections: systemConnections,
      routes: systemRoutes,
      clock: systemClock,
      onActivation: (delayMs) => journal.info('first-activation', { delayMs, note: activationNote }),
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
    await this.rememberStatus()
    this.request('start')
    if (signal.aborted) stop()
    await notifier.ready()
    notifier.watch(() => this.loop.isAlive(), ending.signal)
    await this.loop.stopped
    await notifier.stopping()
    process.off('SIGHUP', onHangup)
    ending.abort()
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

  private async runOnce(triggers: readonly Trigger[], signal: AbortSignal): Promise<Outcome['type']> {
    const { node, failsafes, apply } = this.options.configuration
    const requestedAtMs = this.requestedAtMs ?? systemClock.monotonicMs()
    this.requestedAtMs = undefined
    const before = this.memory
    try {
      const settings = { node, failsafes, apply, controlPorts: this.options.controlPorts }
      const report = await run(this.ports, settings, { triggers, memory: this.memory, signal })
      this.memory = report.memory
      await this.record(report, { triggers, requestedAtMs, before })
      return report.outcome.type
    } catch (error) {
      this.options.journal.error('run-broke', {
        reason: reasonOf(error),
        stack: error instanceof Error ? error.stack : undefined,
      })
      return 'failed'
    }
  }

  private async record(
    report: RunReport,
    request: {
      readonly triggers: readonly Trigger[]
      readonly requestedAtMs: number
      readonly before: Memory
    },
  ): Promise<void> {
    const { outcome, memory, drift } = report
    const at = systemClock.now()
    const released = releasedBetween(request.before, memory, this.facts)
    this.board.recordRun({ report, triggers: request.triggers, at, facts: this.facts, released })
    logReleased(this.options.journal, released)
    if (this.schedule !== undefined) this.board.planNextRun(this.schedule.nextRunAt())
    this.metrics.countRun(outcome.type)
    if (drift.length > 0) this.metrics.countDrift()
    const revision = memory.enforced?.revision
    if (
      outcome.type === 'converged' &&
      revision !== undefined &&
      revision.commit !== request.before.enforced?.revision.commit
    ) {
      this.metrics.observeEnforced('trigger', (systemClock.monotonicMs() - request.requestedAtMs) / 1000)
      if (revision.committedAt !== undefined) {
        this.metrics.observeEnforced('commit', (at.getTime() - revision.committedAt.getTime()) / 1000)
      }
    }
    this.log(report, request.triggers)
    await writeFileAtomically(this.statusFile, `${JSON.stringify(this.board.current(), null, 2)}\n`)
  }

  private log({ outcome, memory, drift, connections }: RunReport, triggers: readonly Trigger[]): void {
    const { journal } = this.options
    const { drift: status, attempted } = this.board.current()
    if (drift.length > 0) journal.warn('drift-repaired', { differences: drift.length, changes: status.lastChanges })
    logConnections(journal, connections)
    const fields = {
      trigger: triggers.join(', '),
      revision: outcome.type === 'failed' ? undefined : outcome.revision.commit,
      applied: memory.enforced?.revision.commit,
      message: describeOutcome(outcome),
    }
    if (outcome.type === 'failed') journal.error('run-failed', { ...fields, code: outcome.error.code })
    else if (outcome.type === 'invalid')
      journal.error('policy-refused', { ...fields, diagnostics: attempted?.diagnostics })
    else if (outcome.changes > 0) journal.info('converged', fields)
    else journal.debug('in-sync', fields)
  }
}
