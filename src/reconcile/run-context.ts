/** What the steps of one run share: the world, the settings, what is remembered, and how a failure of the host is told. */

import type { FailsafePreset } from '../host/agent-configuration.ts'
import type { ApplyConfiguration } from '../host/apply-configuration.ts'
import { type Comparison, compareTables, type Difference } from '../pipeline.ts'
import type { RepositoryFile, Revision } from '../repository/revision.ts'
import type { Parts } from '../ruleset/part.ts'
import type { Ruleset } from '../ruleset/ruleset.ts'
import type { PendingStatus } from './agent-status.ts'
import type { ConnectionReport } from './end-connections.ts'
import { HostError } from './host-error.ts'
import type { Enforced, Memory } from './memory.ts'
import type { Failure, Stage, Trigger } from './outcome.ts'
import type {
  Clock,
  Connections,
  Hold,
  HostInspector,
  Kernel,
  LastGood,
  LoginInspector,
  PolicySource,
  PrintableTable,
  Prober,
  RevertReason,
  Routes,
  Safeguard,
  StateStore,
} from './ports.ts'
import type { TrustJudge } from './trust.ts'

export interface RunPorts {
  readonly source: PolicySource
  readonly trust: TrustJudge
  readonly kernel: Kernel
  readonly inspector: HostInspector
  readonly logins: LoginInspector
  readonly prober: Prober
  readonly safeguard: Safeguard
  readonly store: StateStore
  readonly connections: Connections
  readonly routes: Routes
  readonly clock: Clock
  /** Called as each stage ends, also when it failed. */
  readonly onStage: (stage: Stage, seconds: number) => void
  /** Called before the wait of a first activation. */
  readonly onActivation: (delayMs: number) => void
  /** Called as soon as the kernel holds a new revision, confirmed or not. */
  readonly onApplied: (revision: Revision) => void
  /** Called when a change begins to wait, when that changes, and with undefined when it waits no more. */
  readonly onPending: (pending: PendingStatus | undefined) => void
  /** Works without looking at the kernel: meanwhile others may repair what it holds, which is not yet confirmed. */
  readonly whileWaiting: <T>(unconfirmed: UnconfirmedTable, work: () => Promise<T>) => Promise<T>
}

/** A change that waits for confirmation, as it is in the kernel. */
export interface UnconfirmedTable extends Enforced {
  /** Where it goes back to. */
  readonly previous: PrintableTable
  /** The same as a table; undefined when there was none, and nothing could be read. */
  readonly before: Ruleset | undefined
}

/** A change that was taken back. */
export interface Reverted {
  readonly reason: RevertReason
  /** Undefined when the record of it was damaged. */
  readonly commit: string | undefined
  /** One line for people. */
  readonly message: string
}

export interface RunSettings {
  readonly node: string
  readonly failsafes: FailsafePreset
  readonly controlPorts: readonly number[]
  readonly apply: ApplyConfiguration
  /** Guards that whoever asks for the run overrides; words, known or not. */
  readonly allowed: readonly string[]
}

/** What a person asks for. */
export type Order =
  /** To go back to this, and hold it. */
  | { readonly type: 'rollback'; readonly target: LastGood }
  /** To enforce this folder while there is a hold, and hold that from now on. */
  | { readonly type: 'apply'; readonly files: readonly RepositoryFile[] }

export interface RunRequest {
  readonly triggers: readonly Trigger[]
  readonly memory: Memory
  /** What is remembered by now: a repair may have come while the run left the kernel to it. */
  readonly current?: () => Memory
  /** Whether somebody hears of every change of the kernel, and nobody else has made one since it was compared; nobody where absent. */
  readonly isUndisturbed?: () => boolean
  readonly signal: AbortSignal
  /** What to look at where the one trigger is drift; everything without it. */
  readonly parts?: Parts
  /** What is to be done instead of looking at the branch. */
  readonly order?: Order | undefined
  /** The run is to compare the kernel with this and repair it, and nothing else. */
  readonly unconfirmed?: UnconfirmedTable | undefined
}

export class RunContext {
  memory: Memory
  /** What somebody else had changed, as the repair of it. */
  drift: readonly Difference[] = []
  /** Rules that were enforced until their time was over, and are so no more; once each. */
  expired: readonly string[] = []
  /** Why a change was taken back in this run, its own or one that an earlier run left. */
  revert: Reverted | undefined
  /** `unasked`: this run did not come to it, and nobody is to conclude anything. */
  hold: Hold | undefined | 'unasked' = 'unasked'
  /** Undefined when no connection was looked at. */
  connections: ConnectionReport | undefined
  /** A table that this process has seen before and that is gone was taken away: every moment without it counts. */
  readonly isHealing: boolean
  /** What becomes of a change is remembered against its revision; a rollback says nothing about the branch. */
  judgesTip = true
  /** Whether the kernel may hold something else than is remembered. */
  doubtsKernel: boolean
  readonly ports: RunPorts
  readonly settings: RunSettings
  readonly triggers: readonly Trigger[]
  readonly signal: AbortSignal
  readonly parts: Parts
  readonly order: Order | undefined
  readonly unconfirmed: UnconfirmedTable | undefined
  readonly isUndisturbed: () => boolean
  private readonly current: () => Memory
  private readonly compared: { readonly tables: TablePair; readonly comparison: Comparison }[] = []
  private readonly kernel: Kernel
  private readonly over = new AbortController()
  private readonly prepared = new Set<'script' | 'load'>()
  private known: Memory

  constructor(ports: RunPorts, settings: RunSettings, request: RunRequest) {
    this.ports = { ...ports, kernel: { ...ports.kernel, load: (script, signal) => this.load(script, signal) } }
    this.kernel = ports.kernel
    this.settings = settings
    this.memory = request.memory
    this.isHealing = request.memory.enforced !== undefined || request.unconfirmed !== undefined
    this.triggers = request.triggers
    this.signal = request.signal
    this.parts = request.parts ?? 'everything'
    this.order = request.order
    this.unconfirmed = request.unconfirmed
    this.known = request.memory
    this.current = request.current ?? (() => request.memory)
    this.isUndisturbed = request.isUndisturbed ?? (() => false)
    this.doubtsKernel = request.triggers.some(comparesWithKernel)
  }

  remember(news: Partial<Memory>): void {
    this.memory = { ...this.memory, ...news }
  }

  /** Each pair of tables is compared once in a run: the large ones take their time. */
  compare(desired: Ruleset, live: Ruleset | undefined): Comparison {
    const known = this.compared.find(({ tables }) => tables.desired === desired && tables.live === live)
    const comparison = known?.comparison ?? compareTables(desired, live)
    if (known === undefined) this.compared.push({ tables: { desired, live }, comparison })
    return comparison
  }

  /** The programs of a change are started once in a run, best while it waits for something else; those that no change took go with it. */
  prepareChange(): void {
    if (!this.prepared.has('script')) void this.ports.safeguard.prepare(this.over.signal)
    this.prepared.add('script')
    this.prepareLoad()
  }

  /** Only the one of the kernel. */
  prepareLoad(): void {
    if (!this.prepared.has('load')) void this.ports.kernel.prepareLoad(this.over.signal)
    this.prepared.add('load')
  }

  /** The run has ended. */
  end(): void {
    this.over.abort()
  }

  /** Whoever knows what became of it says so afterwards. */
  private load(script: string, signal: AbortSignal): Promise<void> {
    this.remember({ live: undefined })
    return this.kernel.load(script, signal)
  }

  /** Takes over what a repair has changed while the kernel was left to others. */
  private catchUp(): void {
    const current = this.current()
    if (current === this.known) return
    this.known = current
    const { enforced, saved, live, policy, compilation } = current
    this.remember({ enforced, saved, live, policy, compilation })
  }

  /** Measures the work; a failure of the host becomes one of this stage. @throws StageFailure */
  async stage<T>(stage: Stage, work: () => Promise<T>): Promise<T> {
    const startedMs = this.ports.clock.monotonicMs()
    try {
      return await work()
    } catch (error) {
      throw error instanceof HostError ? new StageFailure(stage, error) : error
    } finally {
      this.catchUp()
      this.ports.onStage(stage, (this.ports.clock.monotonicMs() - startedMs) / 1000)
    }
  }
}

interface TablePair {
  readonly desired: Ruleset
  readonly live: Ruleset | undefined
}

/** A host failure and where it happened; never leaves a run. */
export class StageFailure extends Error {
  override readonly cause: Failure
  readonly stage: Stage

  constructor(stage: Stage, cause: Failure) {
    super(cause.message)
    this.stage = stage
    this.cause = cause
  }
}

/** Most runs look for news in git or at the interfaces; these doubt the kernel. */
function comparesWithKernel(trigger: Trigger): boolean {
  return trigger !== 'schedule' && trigger !== 'webhook' && trigger !== 'interfaces'
}
