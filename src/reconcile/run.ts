/** One run: fetch, read, compile, compare, apply, verify, save. A straight line; what fails leaves the last good policy enforced. */

import { type Diagnostic, hasErrors } from '../diagnostic/diagnostic.ts'
import type { ApplyConfiguration, FailsafePreset } from '../host/agent-configuration.ts'
import { compareTables, compileForHost, type Difference, readPolicy, scriptForWholeTable } from '../pipeline.ts'
import { isPrimingTable } from '../ruleset/priming-table.ts'
import { readTable } from '../ruleset/read-table.ts'
import type { Ruleset } from '../ruleset/ruleset.ts'
import { primeConnectionTracking } from './activate.ts'
import { type ConnectionReport, endDeniedConnections } from './end-connections.ts'
import { HostError } from './host-error.ts'
import type { Enforced, Memory } from './memory.ts'
import type { Outcome, Stage, Trigger } from './outcome.ts'
import type { Clock, Connections, HostInspector, Kernel, PolicySource, Routes, StateStore } from './ports.ts'
import { StageFailure } from './stage-failure.ts'

export interface RunPorts {
  readonly source: PolicySource
  readonly kernel: Kernel
  readonly inspector: HostInspector
  readonly store: StateStore
  readonly connections: Connections
  readonly routes: Routes
  readonly clock: Clock
  /** Called as each stage ends, also when it failed. */
  readonly onStage: (stage: Stage, seconds: number) => void
  /** Called before the wait of a first activation. */
  readonly onActivation: (delayMs: number) => void
}

export interface RunSettings {
  readonly node: string
  readonly failsafes: FailsafePreset
  readonly controlPorts: readonly number[]
  readonly apply: ApplyConfiguration
}

export interface RunReport {
  readonly outcome: Outcome
  readonly memory: Memory
  /** What somebody else had changed, as the repair of it. */
  readonly drift: readonly Difference[]
  /** Undefined when no connection was looked at. */
  readonly connections: ConnectionReport | undefined
}

/** @param triggers any of them may ask for a comparison with the kernel; a scheduled run without news looks only at git */
export async function run(
  ports: RunPorts,
  settings: RunSettings,
  request: { readonly triggers: readonly Trigger[]; readonly memory: Memory; readonly signal: AbortSignal },
): Promise<RunReport> {
  return new Run(ports, settings, request).carryOut()
}

class Run {
  private memory: Memory
  private drift: readonly Difference[] = []
  private connections: ConnectionReport | undefined
  private readonly ports: RunPorts
  private readonly settings: RunSettings
  private readonly triggers: readonly Trigger[]
  private readonly signal: AbortSignal
  /** A table that this process has seen before and that is gone was taken away: every moment without it counts. */
  private readonly isHealing: boolean

  constructor(
    ports: RunPorts,
    settings: RunSettings,
    request: { readonly triggers: readonly Trigger[]; readonly memory: Memory; readonly signal: AbortSignal },
  ) {
    this.ports = ports
    this.settings = settings
    this.memory = request.memory
    this.isHealing = request.memory.enforced !== undefined
    this.triggers = request.triggers
    this.signal = request.signal
  }

  async carryOut(): Promise<RunReport> {
    const outcome = await this.outcome()
    return { outcome, memory: this.memory, drift: this.drift, connections: this.connections }
  }

  private async outcome(): Promise<Outcome> {
    try {
      await this.recall()
      const refusal = await this.takeNewPolicy()
      const changes = await this.enforce()
      const { policy } = this.memory
      if (refusal !== undefined) return refusal
      if (this.hostRefusal !== undefined) return this.hostRefusal
      if (policy === undefined) throw new Error('bug: no policy and no refusal')
      const warnings = [...policy.warnings, ...(this.hostWarnings ?? [])]
      return { type: 'converged', revision: policy.revision, changes, warnings }
    } catch (error) {
      if (!(error instanceof StageFailure)) throw error
      return this.failed(error)
    }
  }

  private hostWarnings: readonly Diagnostic[] | undefined
  private hostRefusal: Outcome | undefined

  private failed({ stage, cause }: StageFailure): Outcome {
    return { type: 'failed', stage, error: cause, kept: this.memory.enforced?.revision }
  }

  /** After a start: what was enforced before, so that it is healed even while git can not be reached. */
  private async recall(): Promise<void> {
    if (this.memory.enforced !== undefined) return
    const saved = await this.stage('recall', () => this.ports.store.loadLastGood())
    const ruleset = saved === undefined ? undefined : readTable(saved.script)
    if (saved !== undefined && ruleset !== undefined) {
      const enforced = { revision: saved.revision, ruleset }
      this.memory = { ...this.memory, enforced, saved: enforced }
    }
  }

  /** Undefined when there is a valid policy at the tip; otherwise why the kept one goes on. */
  private async takeNewPolicy(): Promise<Outcome | undefined> {
    const kept = this.memory.enforced?.revision
    try {
      const { revision, files } = await this.stage('fetch', () => this.ports.source.fetch(this.signal))
      if (this.memory.policy?.revision.commit === revision.commit && revision.committedAt !== undefined)
        return undefined
      const { value: policySet, diagnostics } = await this.stage('compile', async () => readPolicy(files))
      if (hasErrors(diagnostics)) return { type: 'invalid', revision, diagnostics, kept }
      this.memory = { ...this.memory, policy: { revision, policySet, warnings: diagnostics } }
      return undefined
    } catch (error) {
      if (error instanceof StageFailure && error.cause.code !== 'aborted') return this.failed(error)
      throw error
    }
  }

  /** Makes the kernel hold what the policy says; the number of changes. Without any policy there is nothing to enforce. */
  private async enforce(): Promise<number> {
    const compiled = await this.desired()
    if (compiled === undefined) return 0
    const { enforced } = this.memory
    const same = enforced !== undefined && compareTables(compiled.ruleset, enforced.ruleset).isEqual
    const desired = same ? { ...compiled, ruleset: enforced.ruleset } : compiled
    const changes = !same || this.triggers.some(comparesWithKernel) ? await this.converge(desired.ruleset) : 0
    this.memory = { ...this.memory, enforced: desired }
    await this.save(desired)
    return changes
  }

  private async desired(): Promise<Enforced | undefined> {
    const { policy, enforced } = this.memory
    if (policy === undefined) return enforced
    const facts = await this.stage('facts', () => this.ports.inspector.read(this.settings.node, this.signal))
    const { value, diagnostics } = await this.stage('compile', async () =>
      compileForHost({ policySet: policy.policySet, facts, ...this.settings }),
    )
    if (hasErrors(diagnostics)) {
      this.hostRefusal = { type: 'invalid', revision: policy.revision, diagnostics, kept: enforced?.revision }
      return enforced
    }
    this.hostWarnings = diagnostics
    this.memory = { ...this.memory, compilation: value }
    return { revision: policy.revision, ruleset: value.ruleset }
  }

  private async converge(desired: Ruleset): Promise<number> {
    const { kernel } = this.ports
    const found = await this.stage('read', () => kernel.read(this.signal))
    const live = isPrimingTable(found) ? undefined : found
    const drift = live === found ? this.driftOf(live) : []
    if (live === undefined && !this.isHealing) await this.stage('activate', () => this.activate(desired))
    const comparison = compareTables(desired, live)
    if (comparison.isEqual) return 0
    const recovered = await this.stage('apply', () => this.apply(comparison.script(), desired))
    if (comparison.writesWholeTable || recovered) await this.stage('verify', () => this.verify(desired))
    this.drift = drift
    if (live !== undefined) await this.endDenied({ before: live, now: desired })
    return comparison.differences().filter((difference) => difference.object !== 'counter').length
  }

  private activate(desired: Ruleset): Promise<void> {
    const delayMs = this.settings.apply.firstActivationDelayMs
    return primeConnectionTracking(this.ports, { desired, delayMs, signal: this.signal })
  }

  private async endDenied(change: { readonly before: Ruleset; readonly now: Ruleset }): Promise<void> {
    if (!this.settings.apply.endsDeniedConnections) return
    const work = () => endDeniedConnections(this.ports, { ...change, signal: this.signal })
    this.connections = await this.stage('connections', work)
  }

  /** A table that is simply not there after a start is a reboot, not somebody's doing. */
  private driftOf(live: Ruleset | undefined): readonly Difference[] {
    const { enforced, compilation } = this.memory
    const sinceStart = this.triggers.includes('start') || compilation === undefined
    if (enforced === undefined || (live === undefined && sinceStart)) return []
    return compareTables(enforced.ruleset, live).differences()
  }

  /** A refused delta means that the table is not what was read; then the whole table is written. True if it came to that. */
  private async apply(script: string, desired: Ruleset): Promise<boolean> {
    try {
      await this.ports.kernel.load(script, this.signal)
      return false
    } catch (error) {
      if (!(error instanceof HostError) || error.code !== 'nft-refused') throw error
      await this.ports.kernel.load(scriptForWholeTable(desired), this.signal)
      return true
    }
  }

  private async verify(desired: Ruleset): Promise<void> {
    const differences = compareTables(desired, await this.ports.kernel.read(this.signal)).differences()
    const [first] = differences
    if (first === undefined) return
    const what = `${differences.length} differences, the first at ${first.object} ${first.name}: ${first.text}`
    throw new StageFailure('verify', {
      code: 'nft-refused',
      message: `the kernel does not hold what was loaded: ${what}`,
    })
  }

  private async save(desired: Enforced): Promise<void> {
    const { saved } = this.memory
    const known = saved !== undefined && compareTables(desired.ruleset, saved.ruleset).isEqual
    if (known && saved.revision.commit === desired.revision.commit) return
    const script = scriptForWholeTable(desired.ruleset)
    await this.stage('save', () => this.ports.store.saveLastGood({ revision: desired.revision, script }))
    this.memory = { ...this.memory, saved: desired }
  }

  private async stage<T>(stage: Stage, work: () => Promise<T>): Promise<T> {
    const startedMs = this.ports.clock.monotonicMs()
    try {
      return await work()
    } catch (error) {
      throw error instanceof HostError ? new StageFailure(stage, error) : error
    } finally {
      this.ports.onStage(stage, (this.ports.clock.monotonicMs() - startedMs) / 1000)
    }
  }
}

/** Most runs look for news in git or at the interfaces; these doubt the kernel. */
function comparesWithKernel(trigger: Trigger): boolean {
  return trigger !== 'schedule' && trigger !== 'webhook' && trigger !== 'interfaces'
}
