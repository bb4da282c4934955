/** What the status tells beyond the last run: the runs before it, and whether the branch is followed at all. */

import type { Attempt, HoldStatus, PastRun } from '../reconcile/agent-status.ts'
import type { Hold } from '../reconcile/ports.ts'
import type { Revision } from '../repository/revision.ts'

const mostRuns = 20
/** A guard that lists every cut session writes long lines; 20 of them are read at every look at the status. */
const longestMessage = 300

/** Newest first. */
export function withRun(history: readonly PastRun[], { at, trigger, commit, outcome, message }: Attempt): PastRun[] {
  const text = message.length > longestMessage ? `${message.slice(0, longestMessage - 3)}...` : message
  return [{ at, trigger, commit, outcome, message: text }, ...history].slice(0, mostRuns)
}

/** Of the agent before; its file may be of another version. */
export function historyOf(runs: readonly PastRun[] | undefined): readonly PastRun[] {
  return Array.isArray(runs) ? runs.slice(0, mostRuns) : []
}

export interface HeldState {
  /** On the branch; undefined when that is what is held, or not known. */
  readonly newest: Revision | undefined
  /** Undefined when the policy of what is held is known. */
  readonly tableOnly: string | undefined
}

export function holdStatus(hold: Hold | undefined, { newest, tableOnly }: HeldState): HoldStatus | null {
  if (hold === undefined) return null
  const { reason, at, until } = hold
  return {
    reason,
    at: at.toISOString(),
    until: until?.toISOString() ?? null,
    tableOnly: tableOnly ?? null,
    newest: newest === undefined ? null : { commit: newest.commit, subject: newest.subject },
  }
}
