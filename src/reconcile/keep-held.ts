/** A run while there is a hold: newer tips are not taken; drift is healed and changes of the host are followed. */

import { shortCommit } from '../repository/revision.ts'
import { describeHold } from './hold.ts'
import { keepEnforced } from './keep-enforced.ts'
import type { Enforced } from './memory.ts'
import { describeFailure, type Outcome } from './outcome.ts'
import type { Hold } from './ports.ts'
import type { RunContext } from './run-context.ts'
import type { Fetched } from './take-policy.ts'

export interface Held {
  readonly hold: Hold
  /** An outcome when the repository could not be asked, which a hold does not need. */
  readonly fetched: Fetched | { readonly type: 'outcome'; readonly outcome: Outcome }
}

/** In sync means in sync with what is held. @throws StageFailure */
export async function keepHeld(context: RunContext, enforced: Enforced, { hold, fetched }: Held): Promise<Outcome> {
  const outcome = await keepEnforced(context, enforced, fetched.type === 'fetched' ? 'history' : 'clone')
  if (outcome.type !== 'converged') return outcome
  return { ...outcome, notes: [describeHold(hold), ...describeFetched(fetched, enforced), ...outcome.notes] }
}

/** A folder has no commit that would tell. */
function isSame({ tip }: Fetched, { revision }: Enforced): boolean {
  return tip.revision.committedAt !== undefined && tip.revision.commit === revision.commit
}

function describeFetched(fetched: Held['fetched'], enforced: Enforced): readonly string[] {
  if (fetched.type === 'outcome') {
    const { outcome } = fetched
    return outcome.type === 'failed' ? [`the repository could not be asked: ${describeFailure(outcome)}`] : []
  }
  const { commit, subject } = fetched.tip.revision
  return isSame(fetched, enforced) ? [] : [`not taken: ${shortCommit(commit)} ${subject}`.trimEnd()]
}
