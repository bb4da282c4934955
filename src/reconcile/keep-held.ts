/** A run while there is a hold: newer tips are not taken; drift is healed and changes of the host are followed. */

import { shortCommit } from '../repository/revision.ts'
import { enforce, follow, keepTable } from './enforce.ts'
import { describeHold } from './hold.ts'
import type { Enforced } from './memory.ts'
import { describeFailure, type Outcome } from './outcome.ts'
import type { Hold } from './ports.ts'
import type { RunContext } from './run-context.ts'
import { compileFor, type Fetched, takeTip } from './take-policy.ts'

export interface Held {
  readonly hold: Hold
  /** An outcome when the repository could not be asked, which a hold does not need. */
  readonly fetched: Fetched | { readonly type: 'outcome'; readonly outcome: Outcome }
}

/** In sync means in sync with what is held. @throws StageFailure */
export async function keepHeld(context: RunContext, enforced: Enforced, { hold, fetched }: Held): Promise<Outcome> {
  const notes = [describeHold(hold), ...describeFetched(fetched, enforced)]
  const outcome = await keepPolicy(context, enforced, fetched)
  return outcome.type === 'converged' ? { ...outcome, notes: [...notes, ...outcome.notes] } : outcome
}

/** After a start, and after a rollback, the policy of what is held is known only where the branch still has it. */
async function keepPolicy(context: RunContext, enforced: Enforced, fetched: Held['fetched']): Promise<Outcome> {
  const { revision } = enforced
  const known = context.memory.policy
  if (known !== undefined) {
    const kept = await compileFor(context, known)
    if (kept.type === 'desired') {
      const changes = await follow(context, kept)
      return { type: 'converged', revision, changes, warnings: kept.warnings, notes: [] }
    }
  } else if (fetched.type === 'fetched' && isSame(fetched, enforced)) {
    const tip = await takeTip(context, fetched.tip)
    const kept = tip.type === 'policy' ? await compileFor(context, tip.policy) : tip
    if (kept.type === 'desired') return await enforce(context, kept)
  }
  const changes = await keepTable(context, enforced)
  return { type: 'converged', revision, changes, warnings: [], notes: [] }
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
