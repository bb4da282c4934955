/** What the agent knows about itself, kept up to date run by run: the content of `status.json`, `/status` and `rampart status`. */

import type { Diagnostic } from '../diagnostic/diagnostic.ts'
import { toPlainDiagnostic } from '../diagnostic/print-json.ts'
import { printDifference } from '../diff/print-plan.ts'
import type { AgentConfiguration } from '../host/agent-configuration.ts'
import type { HostFacts } from '../host/host-facts.ts'
import type { Difference } from '../pipeline.ts'
import type { HostView } from '../policy/host-view.ts'
import {
  type AgentStatus,
  type AppliedRevision,
  type Attempt,
  type DriftAuthor,
  type DriftStatus,
  type EndedConnectionsStatus,
  type EndpointStatus,
  nothingKnown,
  type PendingStatus,
  type SetAsideStatus,
  type TrustStatus,
  type UnguardedInterface,
} from '../reconcile/agent-status.ts'
import type { ConnectionReport } from '../reconcile/end-connections.ts'
import type { Enforced } from '../reconcile/memory.ts'
import type { Outcome, Trigger } from '../reconcile/outcome.ts'
import type { Hold, SetAside } from '../reconcile/ports.ts'
import type { RunReport } from '../reconcile/run.ts'
import type { Verification } from '../reconcile/trust.ts'
import { governorOf, type ReleasedInterface } from '../resolve/released-interfaces.ts'
import { countElements, countRules, type Ruleset } from '../ruleset/ruleset.ts'
import { expiringOf } from './expiring-status.ts'
import { type HeldState, historyOf, holdStatus, withRun } from './past-runs.ts'
import { describeOutcome, notesOf } from './tell-outcome.ts'

/** More than this would make the status unreadable; the number of repairs says that there was more. */
const mostChangesShown = 20

interface RunEnd {
  readonly report: RunReport
  readonly triggers: readonly Trigger[]
  readonly at: Date
  readonly facts: HostFacts | undefined
  /** Since the run before. */
  readonly released: readonly ReleasedInterface[]
  /** Who is suspected of the drift that it found. */
  readonly suspects: readonly DriftAuthor[]
}

export class StatusBoard {
  private status: AgentStatus
  private previouslyApplied: AppliedRevision | null = null

  constructor(start: {
    readonly configuration: AgentConfiguration
    readonly version: string
    readonly startedAt: Date
  }) {
    const { configuration } = start
    const { url, branch, path } = configuration.repository
    this.status = {
      version: 1,
      node: configuration.node,
      program: start.version,
      startedAt: start.startedAt.toISOString(),
      repository: { url, branch, path },
      ...nothingKnown,
      trust: { ...nothingKnown.trust, require: configuration.trust?.require ?? 'none' },
      schedule: { cron: configuration.schedule, nextRunAt: null },
    }
  }

  current(): AgentStatus {
    return this.status
  }

  /** Takes over from the agent before us what a restart must not change. */
  remember(
    previous: Partial<Pick<AgentStatus, 'applied' | 'lastSuccessAt' | 'unguarded' | 'history'>> | undefined,
  ): void {
    if (previous === undefined) return
    this.previouslyApplied = previous.applied ?? null
    const { lastSuccessAt = null, unguarded = [] } = previous
    this.status = { ...this.status, lastSuccessAt, unguarded, history: historyOf(previous.history) }
  }

  planNextRun(nextRunAt: Date): void {
    this.status = { ...this.status, schedule: { ...this.status.schedule, nextRunAt: nextRunAt.toISOString() } }
  }

  recordPending(pending: PendingStatus | undefined): void {
    this.status = { ...this.status, pending: pending ?? null }
  }

  recordHold(hold: Hold | undefined, held: HeldState): void {
    this.status = { ...this.status, hold: holdStatus(hold, held) }
  }

  recordExpiring(ruleset: Ruleset | undefined): void {
    this.status = { ...this.status, expiring: expiringOf(ruleset) }
  }

  recordConnections(report: ConnectionReport | undefined, at: Date): void {
    this.status = { ...this.status, connectionsEnded: endedOf(this.status.connectionsEnded, report, at) }
  }

  /** Nothing changes when there was none. */
  recordDrift(drift: readonly Difference[], by: readonly DriftAuthor[], at: Date): void {
    if (drift.length === 0) return
    this.setDrift({
      repairs: this.status.drift.repairs + 1,
      lastAt: at.toISOString(),
      lastChanges: drift.slice(0, mostChangesShown).map(printDifference),
      lastBy: by,
    })
  }

  setDrift(change: Partial<DriftStatus>): void {
    this.status = { ...this.status, drift: { ...this.status.drift, ...change } }
  }

  recordRun(end: RunEnd): void {
    const { report, at } = end
    const { outcome, memory } = report
    this.recordDrift(report.drift, end.suspects, at)
    this.recordConnections(report.connections, at)
    const attempted = attemptOf(end, this.status.attempted?.failures ?? 0)
    this.status = {
      ...this.status,
      applied: appliedOf(this.status.applied ?? this.previouslyApplied, memory.enforced, at),
      trust: trustOf(this.status.trust, memory.verification),
      attempted,
      history: withRun(this.status.history, attempted),
      setAside: memory.setAside === 'unread' ? this.status.setAside : setAsideOf(memory.setAside),
      lastSuccessAt: outcome.type === 'converged' ? at.toISOString() : this.status.lastSuccessAt,
      endpoints:
        memory.compilation === undefined ? this.status.endpoints : endpointsOf(memory.compilation.view, end.facts),
      unguarded: unguardedAfter(this.status.unguarded, end),
      ruleset:
        memory.enforced === undefined
          ? null
          : { rules: countRules(memory.enforced.ruleset), setElements: countElements(memory.enforced.ruleset) },
    }
  }
}

function trustOf(before: TrustStatus, verification: Verification | undefined): TrustStatus {
  if (verification?.type !== 'trusted') return before
  const { signer, warnings } = verification
  return { ...before, signer, warnings: warnings.map(({ message }) => message) }
}

function setAsideOf(record: SetAside | undefined): SetAsideStatus | null {
  if (record === undefined) return null
  const { commit, at, cause, message, retryAt } = record
  return { commit, at: at.toISOString(), cause, message, retryAt: retryAt?.toISOString() ?? null }
}

function endedOf(
  before: EndedConnectionsStatus,
  report: ConnectionReport | undefined,
  at: Date,
): EndedConnectionsStatus {
  if (report === undefined) return before
  const { ended, flows, undecided, problem = null } = report
  if (ended === 0) return { ...before, undecided, problem }
  return { total: before.total + ended, lastAt: at.toISOString(), lastFlows: flows, undecided, problem }
}

function appliedOf(before: AppliedRevision | null, enforced: Enforced | undefined, at: Date): AppliedRevision | null {
  if (enforced === undefined) return null
  const { commit, subject, committedAt } = enforced.revision
  const appliedAt = before?.commit === commit ? before.appliedAt : at.toISOString()
  return { commit, subject, committedAt: committedAt?.toISOString() ?? null, appliedAt }
}

function attemptOf(
  end: { readonly report: RunReport; readonly triggers: readonly Trigger[]; readonly at: Date },
  failuresBefore: number,
): Attempt {
  const { outcome } = end.report
  return {
    commit: outcome.type === 'failed' ? null : outcome.revision.commit,
    at: end.at.toISOString(),
    trigger: end.triggers.join(', '),
    outcome: outcome.type,
    message: describeOutcome(outcome),
    diagnostics: diagnosticsOf(outcome).map(toPlainDiagnostic),
    notes: notesOf(outcome),
    failures: outcome.type === 'converged' ? 0 : failuresBefore + 1,
  }
}

function diagnosticsOf(outcome: Outcome): readonly Diagnostic[] {
  if (outcome.type === 'converged') return outcome.warnings
  return outcome.type === 'invalid' ? outcome.diagnostics : []
}

/** Until the interface is gone, or an endpoint governs it. */
function unguardedAfter(
  before: readonly UnguardedInterface[],
  { report, facts, released, at }: RunEnd,
): readonly UnguardedInterface[] {
  const { compilation } = report.memory
  if (compilation === undefined || facts === undefined) return before
  const known = new Set(before.map((one) => one.interface))
  const added = released
    .filter((one) => !known.has(one.interface))
    .map((one) => ({ interface: one.interface, endpoint: one.endpoint, since: at.toISOString() }))
  const existing = new Set(facts.interfaces.map(({ name }) => name))
  return [...before, ...added].filter(
    (one) => existing.has(one.interface) && governorOf(one.interface, compilation.view) === undefined,
  )
}

function endpointsOf(view: HostView, facts: HostFacts | undefined): readonly EndpointStatus[] {
  const up = new Set(facts?.interfaces.filter((link) => link.up).map((link) => link.name))
  const governing = view.endpoints.map(({ endpoint, interfaces }): EndpointStatus => {
    if (interfaces === '*') return { name: endpoint.name, interfaces: ['*'], state: 'up' }
    return { name: endpoint.name, interfaces, state: interfaces.every((name) => up.has(name)) ? 'up' : 'down' }
  })
  const idle = view.idleEndpoints.map(({ name }): EndpointStatus => ({ name, interfaces: [], state: 'error' }))
  return [...governing, ...idle]
}
