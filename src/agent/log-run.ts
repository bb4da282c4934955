/** What the journal says of a run: each thing once, where it happened. */

import type { Journal } from '../adapters/journal.ts'
import type { AgentStatus, PendingStatus } from '../reconcile/agent-status.ts'
import type { Trigger } from '../reconcile/outcome.ts'
import type { RunReport } from '../reconcile/run.ts'
import type { Verification } from '../reconcile/trust.ts'
import { describeOutcome } from './tell-outcome.ts'

export interface LoggedRun {
  readonly report: RunReport
  readonly triggers: readonly Trigger[]
  /** After the run. */
  readonly status: AgentStatus
}

export function logRun(journal: Journal, { report, triggers, status }: LoggedRun): void {
  const { outcome, memory, revert } = report
  const fields = {
    trigger: triggers.join(', '),
    revision: outcome.type === 'failed' ? undefined : outcome.revision.commit,
    applied: memory.enforced?.revision.commit,
    message: describeOutcome(outcome),
  }
  if (revert !== undefined && outcome.type !== 'reverted') journal.error('change-reverted', { ...revert })
  switch (outcome.type) {
    case 'failed':
      journal.error('run-failed', { ...fields, code: outcome.error.code })
      break
    case 'invalid':
      journal.error('policy-refused', { ...fields, diagnostics: status.attempted?.diagnostics })
      break
    case 'untrusted':
      journal.error('commit-refused', fields)
      break
    case 'refused': {
      // it stays refused at every run, until there is a newer commit
      const isNews = (status.attempted?.failures ?? 0) <= 1
      journal[isNews ? 'error' : 'debug']('change-refused', fields)
      break
    }
    case 'reverted':
      journal.error('change-reverted', { ...fields, reason: outcome.reason })
      break
    case 'converged':
      if (outcome.changes > 0) journal.info('converged', { ...fields, notes: outcome.notes })
      else journal.debug('in-sync', fields)
  }
}

export function logPending(journal: Journal, { failing, ...pending }: PendingStatus): void {
  if (failing.length > 0) journal.warn('probe-failing', { ...pending, failing })
  else journal.info('change-pending', { ...pending })
}

/** What is unusual about a tip that is trusted all the same, once. */
export function logVerification(
  journal: Journal,
  verification: Verification | undefined,
  before: Verification | undefined,
): void {
  if (verification?.type !== 'trusted' || verification === before) return
  for (const { code, message } of verification.warnings) journal.warn(code, { message })
}
