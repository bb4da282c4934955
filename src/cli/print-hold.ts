/** A hold in the status for people: why, since and until when, and what the branch has instead. */

import { systemClock } from '../adapters/clock.ts'
import type { Style } from '../diagnostic/style.ts'
import type { AgentStatus } from '../reconcile/agent-status.ts'
import { describeTableOnly } from '../reconcile/hold.ts'
import { shortCommit } from '../repository/revision.ts'
import { printMoment } from './print-moment.ts'

export function holdRows({ hold }: AgentStatus, style: Style): readonly (readonly [string, string])[] {
  if (hold === null) return []
  const { reason, at, until, newest, tableOnly } = hold
  const now = systemClock.now()
  const end = until === null ? 'until `rampart resume`' : `until ${printMoment(until, now)}`
  return [
    ['held', style.yellow(reason)],
    ['', `since ${printMoment(at, now)}, ${end}`],
    ...(tableOnly === null ? [] : [['', style.yellow(describeTableOnly(tableOnly))] as const]),
    ...(newest === null ? [] : [['', `not taken: ${shortCommit(newest.commit)} ${newest.subject}`] as const]),
  ]
}
