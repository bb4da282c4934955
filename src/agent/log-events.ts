/** What people must hear about beside how a run ended, for the journal. */

import type { Journal } from '../adapters/journal.ts'
import type { ConnectionReport } from '../reconcile/end-connections.ts'
import type { RunReport } from '../reconcile/run.ts'
import type { ReleasedInterface } from '../resolve/released-interfaces.ts'

export const activationNote = 'connections are tracked, not yet judged, so that those that stand survive'

/** Nothing when no connection was looked at, or none concerned. */
export function logConnections(journal: Journal, report: ConnectionReport | undefined): void {
  if (report === undefined) return
  const { ended, flows, undecided, problem } = report
  if (ended > 0) journal.info('connections-ended', { ended, flows, undecided })
  else if (undecided > 0) journal.debug('connections-undecided', { undecided })
  if (problem !== undefined) journal.warn('connections-not-ended', { reason: problem })
}

/** Nothing where nothing has expired. */
export function logExpired(journal: Journal, { expired, memory }: Pick<RunReport, 'expired' | 'memory'>): void {
  if (expired.length === 0) return
  journal.info('rules-expired', { rules: expired, applied: memory.enforced?.revision.commit })
}

/** An interface that nobody governs any more is open; one that another endpoint governs is only judged otherwise. */
export function logReleased(journal: Journal, released: readonly ReleasedInterface[]): void {
  for (const { interface: name, endpoint, movedTo, governedBy } of released) {
    const note = governedBy === undefined ? `${name} is not filtered any more` : `${name} is judged by another endpoint`
    journal.warn('endpoint-moved', { endpoint, interface: name, movedTo, governedBy: governedBy ?? null, note })
  }
}

/** What breaks is a bug, and told with all that is known of it; gives what stands for the result. */
export function logBroken<T>(journal: Journal, error: unknown, broken: T): T {
  const stack = error instanceof Error ? error.stack : undefined
  journal.error('run-broke', { reason: reasonOf(error), stack })
  return broken
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
