/** Tells of each run in the status, the metrics and the journal, and keeps `status.json`. */

import { writeFileAtomically } from '../adapters/files.ts'
import type { Journal } from '../adapters/journal.ts'
import type { Metrics } from '../adapters/metrics.ts'
import type { HostFacts } from '../host/host-facts.ts'
import type { Trigger } from '../reconcile/outcome.ts'
import type { Clock } from '../reconcile/ports.ts'
import type { RunReport } from '../reconcile/run.ts'
import type { Suspects } from './drift-repair.ts'
import { describeOutcome, type StatusBoard } from './status-board.ts'

export interface RunRecordOptions {
  readonly clock: Clock
  readonly journal: Journal
  readonly metrics: Metrics
  readonly board: StatusBoard
  readonly statusFile: string
}

export interface RunRequest {
  readonly triggers: readonly Trigger[]
  readonly requestedAtMs: number
  /** The commit that was enforced before. */
  readonly before: string | undefined
  readonly facts: HostFacts | undefined
  readonly suspects: Suspects
}

export class RunRecord {
  private readonly options: RunRecordOptions

  constructor(options: RunRecordOptions) {
    this.options = options
  }

  async run(report: RunReport, request: RunRequest): Promise<void> {
    const { clock, metrics, board } = this.options
    const { outcome, memory } = report
    const at = clock.now()
    const { authors: suspects } = request.suspects
    board.recordRun({ report, triggers: request.triggers, at, facts: request.facts, suspects })
    metrics.countRun(outcome.type)
    const revision = memory.enforced?.revision
    if (outcome.type === 'converged' && revision !== undefined && revision.commit !== request.before) {
      metrics.observeEnforced('trigger', (clock.monotonicMs() - request.requestedAtMs) / 1000)
      if (revision.committedAt !== undefined) {
        metrics.observeEnforced('commit', (at.getTime() - revision.committedAt.getTime()) / 1000)
      }
    }
    this.tellDrift(report, request.suspects)
    this.log(report, request.triggers)
    await this.save()
  }

  /** A run that only repaired: what was attempted and enforced is as before. */
  async repair(report: RunReport, suspects: Suspects): Promise<void> {
    const { clock, journal, board } = this.options
    const { outcome, drift } = report
    if (outcome.type === 'failed') {
      const { code, message } = outcome.error
      journal.error('drift-repair-failed', { code, message: `${outcome.stage}: ${message}`, by: suspects.authors })
    }
    if (drift.length === 0) return
    board.recordDrift(drift, suspects.authors, clock.now())
    this.tellDrift(report, suspects)
    await this.save()
  }

  private tellDrift({ drift }: RunReport, { authors, sinceMs }: Suspects): void {
    if (drift.length === 0) return
    const { clock, journal, metrics, board } = this.options
    metrics.countDrift(authors.map(({ process }) => process))
    const seconds = sinceMs === undefined ? undefined : (clock.monotonicMs() - sinceMs) / 1000
    if (seconds !== undefined) metrics.observeRepair(seconds)
    const { lastChanges: changes } = board.current().drift
    journal.warn('drift-repaired', { by: authors, differences: drift.length, changes, seconds })
  }

  private log({ outcome, memory }: RunReport, triggers: readonly Trigger[]): void {
    const { journal, board } = this.options
    const fields = {
      trigger: triggers.join(', '),
      revision: outcome.type === 'failed' ? undefined : outcome.revision.commit,
      applied: memory.enforced?.revision.commit,
      message: describeOutcome(outcome),
    }
    if (outcome.type === 'failed') journal.error('run-failed', { ...fields, code: outcome.error.code })
    else if (outcome.type === 'invalid')
      journal.error('policy-refused', { ...fields, diagnostics: board.current().attempted?.diagnostics })
    else if (outcome.changes > 0) journal.info('converged', fields)
    else journal.debug('in-sync', fields)
  }

  private async save(): Promise<void> {
    const { board, statusFile } = this.options
    await writeFileAtomically(statusFile, `${JSON.stringify(board.current(), null, 2)}\n`)
  }
}
