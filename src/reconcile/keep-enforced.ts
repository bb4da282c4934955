/** What is enforced goes on being enforced, on the host as it is now: by its policy where that is known, else by its table. */

import { changePolicy } from './change-policy.ts'
import { follow, hasOnlyExpired, keepTable } from './enforce.ts'
import { describeTableOnly } from './hold.ts'
import type { Enforced } from './memory.ts'
import type { Outcome } from './outcome.ts'
import { compileKnown, compilePolicyOf, type TableOnly, tableOnly } from './policy-of.ts'
import type { RunContext } from './run-context.ts'
import type { Desired } from './take-policy.ts'

/** @param reach how far to look for its policy, where that is not remembered. @throws StageFailure */
export async function keepEnforced(
  context: RunContext,
  enforced: Enforced,
  reach: 'clone' | 'history',
): Promise<Outcome> {
  const kept = await compileEnforced(context, enforced, reach)
  if (kept.type === 'table') return await keepByTable(context, enforced, kept)
  if (await isFollowed(context, enforced, kept)) {
    const changes = await follow(context, kept)
    return { type: 'converged', revision: enforced.revision, changes, warnings: kept.warnings, notes: [] }
  }
  return await changeTable(context, enforced, kept)
}

/** No change of policy: it was followed before, or is what the table says but for what has expired. */
async function isFollowed(context: RunContext, { ruleset }: Enforced, kept: Desired): Promise<boolean> {
  if (context.memory.compilation !== undefined) return true
  if (context.compare(kept.compilation.ruleset, ruleset).isEqual) return true
  return await hasOnlyExpired(context, kept.policy, ruleset)
}

async function compileEnforced(
  context: RunContext,
  { revision }: Enforced,
  reach: 'clone' | 'history',
): Promise<Desired | TableOnly> {
  const { policy, takenBack } = context.memory
  if (policy !== undefined) return await compileKnown(context, policy)
  const isRefused = takenBack === revision.commit && !context.triggers.includes('insist')
  if (isRefused) return tableOnly('what its policy becomes on this host now was applied and taken back')
  return await compilePolicyOf(context, revision, reach)
}

/** After a start, or without its policy until now: what host and program make of it meanwhile is a change like any other. */
async function changeTable(context: RunContext, enforced: Enforced, kept: Desired): Promise<Outcome> {
  context.judgesTip = false
  const outcome = await changePolicy(context, kept)
  if (outcome.type === 'reverted') context.remember({ takenBack: enforced.revision.commit })
  if (outcome.type !== 'refused') return outcome
  const reasons = outcome.reasons.map(({ guard, message }) => `${guard}: ${message}`).join('; ')
  return await keepByTable(context, enforced, tableOnly(`its policy would change it, which is refused: ${reasons}`))
}

async function keepByTable(context: RunContext, enforced: Enforced, { why }: TableOnly): Promise<Outcome> {
  const changes = await keepTable(context, enforced)
  context.remember({ tableOnly: why })
  return { type: 'converged', revision: enforced.revision, changes, warnings: [], notes: [describeTableOnly(why)] }
}
