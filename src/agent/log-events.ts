/** What people must hear about beside how a run ended, for the journal. */

import type { Journal } from '../adapters/journal.ts'
import type { ConnectionReport } from '../reconcile/end-connections.ts'
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

/** An interface that nobody governs any more is open; one that another endpoint governs is only judged otherwise. */
export function logReleased(journal: Journal, released: readonly ReleasedInterface[]): void {
  for (const { interface: name, endpoint, movedTo, governedBy } of released) {
    const note = governedBy === undefined ? `${name} is not filtered any more` : `${name} is judged by another endpoint`
    journal.warn('endpoint-moved', { endpoint, interface: name, movedTo, governedBy: governedBy ?? null, note })
  }
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
