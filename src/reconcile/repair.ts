/** Only the kernel is looked at: what somebody undid comes back at once, also while git hangs or a change waits. */

import { converge } from './converge.ts'
import type { Enforced } from './memory.ts'
import type { Outcome } from './outcome.ts'
import type { RunContext, Unconfirmed } from './run-context.ts'

/** @throws StageFailure */
export async function repair(context: RunContext, { revision, ruleset }: Enforced): Promise<Outcome> {
  const changes = await converge(context, ruleset)
  return { type: 'converged', revision, changes, warnings: context.memory.policy?.warnings ?? [], notes: [] }
}

/**
 * Leaves the decision about the change to others. Who claims it loads the table of before without asking us, perhaps between
 * our look at the claim and our own transaction; so the claim is looked at again, and then has the last word.
 * @throws StageFailure
 */
export async function repairUnconfirmed(context: RunContext, unconfirmed: Unconfirmed): Promise<Outcome> {
  const { revision, ruleset, previous } = unconfirmed
  const untouched: Outcome = { type: 'converged', revision, changes: 0, warnings: [], notes: [] }
  if (await isClaimed(context)) return untouched
  context.remember({ enforced: { revision, ruleset } })
  const [end] = await Promise.allSettled([repair(context, { revision, ruleset })])
  if (await isClaimed(context)) {
    // what was found was not drift but the way back; to load that table twice is harmless, and a stop must not interrupt it
    context.drift = []
    await context.stage('revert', () => context.ports.kernel.load(previous.script, new AbortController().signal))
    return untouched
  }
  if (end.status === 'rejected') throw end.reason
  return end.value
}

/** What was confirmed meanwhile stays as it is, and may be repaired as well. */
async function isClaimed(context: RunContext): Promise<boolean> {
  return (await context.stage('confirm', () => context.ports.safeguard.standing())) === 'claimed'
}
