/** What a run did to live connections, for the journal. */

import type { Journal } from '../adapters/journal.ts'
import type { ConnectionReport } from '../reconcile/end-connections.ts'

/** Nothing when no connection was looked at, or none concerned. */
export function logConnections(journal: Journal, report: ConnectionReport | undefined): void {
  if (report === undefined) return
  const { ended, flows, undecided, problem } = report
  if (ended > 0) journal.info('connections-ended', { ended, flows, undecided })
  else if (undecided > 0) journal.debug('connections-undecided', { undecided })
  if (problem !== undefined) journal.warn('connections-not-ended', { reason: problem })
}
