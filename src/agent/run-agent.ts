/** The agent: everything that can ask for a run, the loop that carries runs out, and everything that tells about them. */

import { join } from 'node:path'
import { systemClock } from '../adapters/clock.ts'
import { ensureFolder } from '../adapters/files.ts'
import { refuseSharedAddress } from '../adapters/http-server.ts'
import { InterfaceWatch } from '../adapters/interface-watch.ts'
import type { Journal } from '../adapters/journal.ts'
import { acquireLock } from '../adapters/lock.ts'
import { createMetrics, type Metrics } from '../adapters/metrics.ts'
import { openKernel } from '../adapters/nft.ts'
import type { Schedule } from '../adapters/schedule.ts'
import { createServiceNotifier } from '../adapters/sd-notify.ts'
import type { AgentConfiguration } from '../host/agent-configuration.ts'
import type { AgentStatus, PendingStatus } from '../reconcile/agent-status.ts'
import type { Trigger } from '../reconcile/outcome.ts'
import type { LoginInspector } from '../reconcile/ports.ts'
import type { RunPorts } from '../reconcile/run-context.ts'
import { coalesce } from './coalesce.ts'
import { countFetches } from './count-fetches.ts'
import { counterSamples } from './counter-samples.ts'
import { DriftRepair } from './drift-repair.ts'
import { keepCounters } from './kept-counters.ts'
import { keepFacts } from './kept-facts.ts'
import { activationNote, reasonOf } from './log-events.ts'
import { logPending } from './log-run.ts'
import { openServers } from './open-servers.ts'
import { RequestAge } from './request-age.ts'
import { RunLoop } from './run-loop.ts'
import { openRunPorts } from './run-ports.ts'
import { RunRecord } from './run-record.ts'
import { RunStates } from './run-states.ts'
import { Runs } from './runs.ts'
import { withStagedCounts } from './staged-status.ts'
import { startTimers } from './start-timers.ts'
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

/** A burst of pushes becomes a run at once and one more when it is over. */
const pushGapMs = 2_000

class Agent {
  private readonly options: AgentOptions
  private readonly board: StatusBoard
  private readonly drift: DriftRepair
  private readonly metrics: Metrics
  private readonly loop: RunLoop
  private readonly ports: RunPorts
  private readonly runs: Runs
  private readonly statusFile: StatusFile
  private schedule: Schedule | undefined
  private readonly requestAge = new RequestAge(systemClock)
  private readonly states: RunStates
  private readonly interfaces: InterfaceWatch

  constructor(options: AgentOptions) {
    const { configuration, journal, version } = options
    this.options = options
    this.statusFile = new StatusFile(join(configuration.stateDir, 'status.json'), journal)
    this.board = new StatusBoard({ configuration, version, startedAt: systemClock.now() })
    const readCounters = keepCounters((signal) => this.ports.kernel.readCounters(signal), systemClock)
    this.metrics = createMetrics({
      version,
      status: () => this.board.current(),
      readCounters: async (signal) =>
        counterSamples(await readCounters(signal), this.runs.memory.compilation?.counters ?? new Map()),
      onFault: (error) => journal.warn('counters-unreadable', { reason: reasonOf(error) }),
    })
    this.loop = new RunLoop({
      clock: systemClock,
      longestWaitMs: configuration.apply.confirmTimeoutMs,
      startRun: (triggers, signal) => {
        this.requestAge.serve()
        return this.runs.carryOut(triggers, signal)
      },
    })
    this.drift = new DriftRepair({
      clock: systemClock,
      journal,
      repair: (parts, signal) => this.runs.repair(parts, signal),
      onStatus: (change) => this.board.setDrift(change),
    })
    this.interfaces = this.openInterfaceWatch()
    this.ports = this.openPorts()
    const { board, statusFile, metrics, ports } = this
    const report = (): Promise<AgentStatus> => this.report()
    const { node, failsafes, apply } = configuration
    this.runs = new Runs({
      ports,
      settings: { node, failsafes, apply, controlPorts: options.controlPorts, allowed: [] },
      journal,
      record: new RunRecord({ clock: systemClock, journal, metrics, board, status: report, statusFile }),
      orderFor: (triggers) => this.states.orderFor(triggers),
      takeSuspects: () => this.drift.takeSuspects(),
      isUndisturbed: () => this.drift.isUndisturbed(),
      onReport: (report) => {
        this.states.observe(report)
        if (this.schedule !== undefined) board.planNextRun(this.schedule.nextRunAt())
      },
    })
    const request = (trigger: Trigger): void => this.request(trigger)
    const requestAndWait = (trigger: Trigger): Promise<void> => this.requestAndWait(trigger)
    const compare = (): void => this.drift.want()
    const told = { journal, board, statusFile, report, request, requestAndWait, compare }
    this.states = new RunStates({ ...told, store: ports.store, clock: systemClock, turn: this.runs.turn })
  }

  private openInterfaceWatch(): InterfaceWatch {
    const { journal } = this.options
    return new InterfaceWatch({
      clock: systemClock,
      onChange: () => this.request('interfaces'),
      onFault: (reason) => journal.warn('interface-watch-ended', { reason }),
    })
  }

  /** Those of this machine, with what the agent wants to hear of a run. */
  private openPorts(): RunPorts {
    const { configuration, journal, starter, logins } = this.options
    const { stateDir, repository } = configuration
    const { source: git, trust } = openTrustedRepository({ ...configuration, folder: join(stateDir, 'repo') })
    const source = countFetches(git, (result) => this.metrics.countFetch(result))
    const ports = openRunPorts({ source, trust, stateDir, repository, starter, journal })
    return {
      ...ports,
      inspector: keepFacts(ports.inspector, () => this.interfaces.heard()),
      kernel: openKernel({ onWriter: (pid) => this.drift.noteWriter(pid) }),
      logins,
      onActivation: (delayMs) => journal.info('first-activation', { delayMs, note: activationNote }),
      onStage: (stage, seconds) => this.metrics.observeStage(stage, seconds),
      onApplied: (revision) => this.requestAge.observeApplied(this.metrics, revision),
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
      { configuration, request: (trigger) => this.request(trigger), compare: () => this.drift.want() },
      ending.signal,
    )
    void this.interfaces.run(ending.signal)
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

  /** The status with what the kernel has counted. */
  private report(): Promise<AgentStatus> {
    const onFault = (error: unknown) => this.options.journal.warn('counters-unreadable', { reason: reasonOf(error) })
    const { compilation } = this.runs.memory
    return withStagedCounts(this.board.current(), { compilation, kernel: this.ports.kernel, onFault })
  }

  private showPending(pending: PendingStatus | undefined): void {
    this.board.recordPending(pending)
    if (pending === undefined) return
    logPending(this.options.journal, pending)
    void this.statusFile.write(this.board.current())
  }
}
