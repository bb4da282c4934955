/** What a valid policy leads to: a change where it is another, a comparison where the host may have changed. */

import { compareTables } from '../pipeline.ts'
import { changePolicy } from './change-policy.ts'
import { accept, converge } from './converge.ts'
import type { Outcome } from './outcome.ts'
import type { RunContext } from './run-context.ts'
import { setAside } from './set-aside.ts'
import type { Desired } from './take-policy.ts'

/** The policy of the branch, on this host as it is now. @throws StageFailure */
export async function enforce(context: RunContext, desired: Desired): Promise<Outcome> {
  if (isNews(context, desired)) return await changePolicy(context, desired)
  const before = context.memory.enforced?.revision.commit
  const changes = await follow(context, desired)
  await setAside(context, undefined)
  if (before !== desired.policy.revision.commit) context.ports.onApplied(desired.policy.revision)
  return { type: 'converged', revision: desired.policy.revision, changes, warnings: desired.warnings, notes: [] }
}

/** Another commit, a folder, or what this version of the program makes of the same commit; and the table differs. */
function isNews({ memory }: RunContext, { policy, compilation }: Desired): boolean {
  const { enforced } = memory
  if (enforced === undefined) return true
  const isKnown = policy.revision.committedAt !== undefined && enforced.revision.commit === policy.revision.commit
  if (isKnown && memory.compilation !== undefined) return false
  return !compareTables(compilation.ruleset, enforced.ruleset).isEqual
}

/** The same policy on a host that may have changed, or a commit that changes nothing here. Gives the number of changes. */
export async function follow(context: RunContext, desired: Desired): Promise<number> {
  const { enforced } = context.memory
  const { ruleset } = desired.compilation
  const isSame = enforced !== undefined && compareTables(ruleset, enforced.ruleset).isEqual
  // the same object: comparing it with itself costs nothing
  const table = isSame ? enforced.ruleset : ruleset
  const changes = !isSame || context.doubtsKernel ? await converge(context, table) : 0
  await accept(context, desired, table)
  return changes
}
