/** Tells of each run in the status, the metrics and the journal. */

import type { Journal } from '../adapters/journal.ts'
import type { Metrics } from '../adapters/metrics.ts'
import type { HostFacts } from '../host/host-facts.ts'
import type { AgentStatus } from '../reconcile/agent-status.ts'
import type { Trigger } from '../reconcile/outcome.ts'
import type { Clock } from '../reconcile/ports.ts'
import type { RunReport } from '../reconcile/run.ts'
import type { ReleasedInterface } from '../resolve/released-interfaces.ts'
import type { Suspects } from './drift-repair.ts'
import { logConnections, logExpired, logReleased } from './log-events.ts'
import { logRun } from './log-run.ts'
import type { StatusBoard } from './status-board.ts'
import type { StatusFile } from './status-file.ts'

export interface RunRecordOptions {
  readonly clock: Clock
  readonly journal: Journal
  readonly metrics: Metrics
  readonly board: StatusBoard
  /** With what the kernel has counted. */
  readonly status: () => Promise<AgentStatus>
  readonly statusFile: StatusFile
}

export interface RecordedRun {
  readonly report: RunReport
  readonly triggers: readonly Trigger[]
  readonly facts: HostFacts | undefined
  readonly suspects: Suspects
  /** Interfaces that lost their endpoint since the run before. */
  readonly released: readonly ReleasedInterface[]
}

export class RunRecord {
  private readonly options: RunRecordOptions

  constructor(options: RunRecordOptions) {
    this.options = options
  }

  async run({ report, triggers, facts, suspects, released }: RecordedRun): Promise<void> {
    const { clock, journal, metrics, board } = this.options
    const { outcome, revert } = report
    board.recordRun({ report, triggers, at: clock.now(), facts, suspects: suspects.authors, released })
    logReleased(journal, released)
    metrics.countRun(outcome.type)
    if (outcome.type === 'failed') metrics.countFailure(outcome.error.code)
    if (revert !== undefined) metrics.countRevert(revert.reason)
    this.tellDrift(report, suspects)
    logExpired(journal, report)
    logConnections(journal, report.connections)
    logRun(journal, { report, triggers, status: board.current() })
    await this.save()
  }

  /** A run that only repaired, and cleared away what had expired: what was attempted and enforced is as before. */
  async repair(report: RunReport, suspects: Suspects): Promise<void> {
    const { clock, journal, board } = this.options
    const { outcome, drift, expired, connections } = report
    if (outcome.type === 'failed') {
      const { code, message } = outcome.error
      journal.error('drift-repair-failed', { code, message: `${outcome.stage}: ${message}`, by: suspects.authors })
    }
    if (drift.length === 0 && expired.length === 0) return
    board.recordDrift(drift, suspects.authors, clock.now())
    board.recordConnections(connections, clock.now())
    this.tellDrift(report, suspects)
    logExpired(journal, report)
    logConnections(journal, connections)
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

  private async save(): Promise<void> {
    const { status, statusFile } = this.options
    await statusFile.write(await status())
  }
}
