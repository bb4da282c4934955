/** Only the kernel is looked at: what somebody undid comes back at once, also while git hangs or a change waits. */

import type { Ruleset } from '../ruleset/ruleset.ts'
import { withoutEnded } from '../ruleset/time-limits.ts'
import { converge } from './converge.ts'
import { follow, keepTable } from './enforce.ts'
import type { Enforced, ValidPolicy } from './memory.ts'
import type { Outcome } from './outcome.ts'
import { repairParts } from './repair-parts.ts'
import { type RunContext, StageFailure, type UnconfirmedTable } from './run-context.ts'
import { compileFor, type Desired } from './take-policy.ts'

/** What has expired goes as well. @throws StageFailure */
export async function repair(context: RunContext, enforced: Enforced): Promise<Outcome> {
  const { policy } = context.memory
  const isDue = withoutEnded(enforced.ruleset, context.ports.clock.now().getTime()) !== enforced.ruleset
  const kept = isDue && policy !== undefined ? await compileNow(context, policy) : undefined
  const changes =
    kept !== undefined
      ? await follow(context, kept)
      : ((isDue ? undefined : await repairParts(context, enforced.ruleset)) ?? (await keepTable(context, enforced)))
  return { type: 'converged', revision: enforced.revision, changes, warnings: policy?.warnings ?? [], notes: [] }
}

/** Undefined where that cannot be done: the table that is known is repaired all the same. */
async function compileNow(context: RunContext, policy: ValidPolicy): Promise<Desired | undefined> {
  try {
    const compiled = await compileFor(context, policy)
    return compiled.type === 'desired' ? compiled : undefined
  } catch (error) {
    if (!(error instanceof StageFailure) || error.cause.code === 'aborted') throw error
    return undefined
  }
}

/**
 * Leaves the decision about the change to others. Who claims it loads the table of before without asking us, perhaps between
 * our look at the claim and our own transaction; so the claim is looked at again, and then has the last word.
 * @throws StageFailure
 */
export async function repairUnconfirmed(context: RunContext, unconfirmed: UnconfirmedTable): Promise<Outcome> {
  const { revision, ruleset, previous } = unconfirmed
  const untouched: Outcome = { type: 'converged', revision, changes: 0, warnings: [], notes: [] }
  if (await isClaimed(context)) return untouched
  context.remember({ enforced: { revision, ruleset } })
  const [end] = await Promise.allSettled([heal(context, ruleset)])
  if (await isClaimed(context)) {
    // what was found was not drift but the way back; to load that table twice is harmless, and a stop must not interrupt it
    context.drift = []
    await context.stage('revert', () => context.ports.kernel.load(previous.script(), new AbortController().signal))
    return untouched
  }
  if (end.status === 'rejected') throw end.reason
  return { ...untouched, changes: end.value }
}

async function heal(context: RunContext, ruleset: Ruleset): Promise<number> {
  return (await repairParts(context, ruleset)) ?? (await converge(context, ruleset))
}

/** What was confirmed meanwhile stays as it is, and may be repaired as well. */
async function isClaimed(context: RunContext): Promise<boolean> {
  return (await context.stage('confirm', () => context.ports.safeguard.standing())) === 'claimed'
}
