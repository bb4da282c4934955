/** What the agent knows about itself, kept up to date run by run: the content of `status.json`, `/status` and `rampart status`. */

import type { Diagnostic } from '../diagnostic/diagnostic.ts'
import { toPlainDiagnostic } from '../diagnostic/print-json.ts'
import { printDifference } from '../diff/print-plan.ts'
import type { AgentConfiguration } from '../host/agent-configuration.ts'
import type { HostFacts } from '../host/host-facts.ts'
import type { Difference } from '../pipeline.ts'
import type { HostView } from '../policy/host-view.ts'
import type {
  AgentStatus,
  AppliedRevision,
  Attempt,
  DriftAuthor,
  DriftStatus,
  EndpointStatus,
  PendingStatus,
  SetAsideStatus,
  TrustStatus,
} from '../reconcile/agent-status.ts'
import type { Enforced } from '../reconcile/memory.ts'
import { describeFailure, type Outcome, type Trigger } from '../reconcile/outcome.ts'
import type { Hold, SetAside } from '../reconcile/ports.ts'
import type { RunReport } from '../reconcile/run.ts'
import type { Verification } from '../reconcile/trust.ts'
import type { Revision } from '../repository/revision.ts'
import { countElements, countRules } from '../ruleset/ruleset.ts'
import { historyOf, holdStatus, withRun } from './past-runs.ts'

/** More than this would make the status unreadable; the number of repairs says that there was more. */
const mostChangesShown = 20

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
      trust: { require: configuration.trust?.require ?? 'none', signer: null, warnings: [] },
      applied: null,
      pending: null,
      hold: null,
      setAside: null,
      attempted: null,
      history: [],
      lastSuccessAt: null,
      drift: { repairs: 0, lastAt: null, lastChanges: [], lastBy: [], watch: 'down', fight: null },
      endpoints: [],
      staged: [],
      ruleset: null,
      schedule: { cron: configuration.schedule, nextRunAt: null },
    }
  }

  current(): AgentStatus {
    return this.status
  }

  /** Takes over from the agent before us what a restart must not change. */
  remember(previous: Partial<Pick<AgentStatus, 'applied' | 'lastSuccessAt' | 'history'>> | undefined): void {
    if (previous === undefined) return
    this.previouslyApplied = previous.applied ?? null
    this.status = {
      ...this.status,
      lastSuccessAt: previous.lastSuccessAt ?? null,
      history: historyOf(previous.history),
    }
  }

  planNextRun(nextRunAt: Date): void {
    this.status = { ...this.status, schedule: { ...this.status.schedule, nextRunAt: nextRunAt.toISOString() } }
  }

  recordPending(pending: PendingStatus | undefined): void {
    this.status = { ...this.status, pending: pending ?? null }
  }

  recordHold(hold: Hold | undefined, newest: Revision | undefined): void {
    this.status = { ...this.status, hold: holdStatus(hold, newest) }
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

  recordRun(end: {
    readonly report: RunReport
    readonly triggers: readonly Trigger[]
    readonly at: Date
    readonly facts: HostFacts | undefined
    /** Who is suspected of the drift that it found. */
    readonly suspects: readonly DriftAuthor[]
  }): void {
    const { report, at } = end
    const { outcome, memory } = report
    this.recordDrift(report.drift, end.suspects, at)
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
      ruleset:
        memory.enforced === undefined
          ? null
          : { rules: countRules(memory.enforced.ruleset), setElements: countElements(memory.enforced.ruleset) },
    }
  }
}

/** One line: why it did not converge, or what it did. */
export function describeOutcome(outcome: Outcome): string {
  switch (outcome.type) {
    case 'converged':
      return outcome.changes === 0
        ? 'in sync'
        : `${outcome.changes} ${outcome.changes === 1 ? 'change' : 'changes'} applied`
    case 'invalid': {
      const errors = outcome.diagnostics.filter((diagnostic) => diagnostic.severity === 'error')
      return `the policy has ${errors.length} ${errors.length === 1 ? 'error' : 'errors'}, ${describeKept(outcome.kept)}`
    }
    case 'untrusted':
      return `not trusted, ${describeKept(outcome.kept)}: ${outcome.reason}`
    case 'refused':
      return `refused: ${outcome.reasons.map(({ guard, message }) => `${guard}: ${message}`).join('; ')}`
    case 'reverted':
      return `applied and taken back (${outcome.reason}): ${outcome.message}`
    case 'failed':
      return describeFailure(outcome)
  }
}

function describeKept(kept: Revision | undefined): string {
  return kept === undefined ? 'nothing is enforced' : 'the revision before it stays enforced'
}

function trustOf(before: TrustStatus, verification: Verification | undefined): TrustStatus {
  if (verification?.type !== 'trusted') return before
  const { signer, warnings } = verification
  return { ...before, signer, warnings: warnings.map(({ message }) => message) }
}

/** Why it was refused, or what should be known of a change that was applied; one line each. */
export function notesOf(outcome: Outcome): readonly string[] {
  if (outcome.type === 'converged') return outcome.notes
  if (outcome.type !== 'refused') return []
  return outcome.reasons.map(({ guard, message }) => `${guard}: ${message}`)
}

function setAsideOf(record: SetAside | undefined): SetAsideStatus | null {
  if (record === undefined) return null
  const { commit, at, cause, message, retryAt } = record
  return { commit, at: at.toISOString(), cause, message, retryAt: retryAt?.toISOString() ?? null }
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

function endpointsOf(view: HostView, facts: HostFacts | undefined): readonly EndpointStatus[] {
  const up = new Set(facts?.interfaces.filter((link) => link.up).map((link) => link.name))
  const governing = view.endpoints.map(({ endpoint, interfaces }): EndpointStatus => {
    if (interfaces === '*') return { name: endpoint.name, interfaces: ['*'], state: 'up' }
    return { name: endpoint.name, interfaces, state: interfaces.every((name) => up.has(name)) ? 'up' : 'down' }
  })
  const idle = view.idleEndpoints.map(({ name }): EndpointStatus => ({ name, interfaces: [], state: 'error' }))
  return [...governing, ...idle]
}
