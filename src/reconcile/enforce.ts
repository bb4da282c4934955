/** What a valid policy leads to: a change where it is another, a comparison where the host may have changed. */

import type { Ruleset } from '../ruleset/ruleset.ts'
import { timeLimits, withoutEnded } from '../ruleset/time-limits.ts'
import { changePolicy } from './change-policy.ts'
import { accept, converge, saveEnforced } from './converge.ts'
import type { Enforced, ValidPolicy } from './memory.ts'
import type { Outcome } from './outcome.ts'
import type { RunContext } from './run-context.ts'
import { setAside } from './set-aside.ts'
import { compileFor, type Desired } from './take-policy.ts'

/** The policy of the branch, on this host as it is now. @throws StageFailure */
export async function enforce(context: RunContext, desired: Desired): Promise<Outcome> {
  if (await isNews(context, desired)) return await changePolicy(context, desired)
  const before = context.memory.enforced?.revision.commit
  const changes = await follow(context, desired)
  await setAside(context, undefined)
  if (before !== desired.policy.revision.commit) context.ports.onApplied(desired.policy.revision)
  return { type: 'converged', revision: desired.policy.revision, changes, warnings: desired.warnings, notes: [] }
}

/** Another commit, a folder, or what this version of the program makes of the same commit; and the table differs. */
async function isNews(context: RunContext, { policy, compilation }: Desired): Promise<boolean> {
  const { enforced, compilation: before } = context.memory
  if (enforced === undefined) return true
  const isKnown = policy.revision.committedAt !== undefined && enforced.revision.commit === policy.revision.commit
  if (isKnown && before !== undefined) return false
  if (context.compare(compilation.ruleset, enforced.ruleset).isEqual) return false
  return !(isKnown && (await hasOnlyExpired(context, policy, enforced.ruleset)))
}

/** While no agent ran: the table was made before its first rule expired, and is what the policy was then. */
export async function hasOnlyExpired(context: RunContext, policy: ValidPolicy, enforced: Ruleset): Promise<boolean> {
  const [first] = timeLimits(enforced)
  if (first === undefined || first.atMs > context.ports.clock.now().getTime()) return false
  const then = await compileFor(context, policy, new Date(first.atMs - 1))
  return then.type === 'desired' && context.compare(then.compilation.ruleset, enforced).isEqual
}

/** The same policy on a host that may have changed, or a commit that changes nothing here. Gives the number of changes. */
export async function follow(context: RunContext, desired: Desired): Promise<number> {
  const { enforced } = context.memory
  const { ruleset } = desired.compilation
  const isSame = enforced !== undefined && context.compare(ruleset, enforced.ruleset).isEqual
  // the same object: comparing it with itself costs nothing
  const table = isSame ? enforced.ruleset : ruleset
  const changes = !isSame || isToBeCompared(context) ? await converge(context, table) : 0
  await accept(context, desired, { table })
  return changes
}

/** Where the policy behind a table is not known. What expired in it is the kernel's to end, and is cleared away. Gives the number of changes. */
export async function keepTable(context: RunContext, { revision, ruleset }: Enforced): Promise<number> {
  const table = withoutEnded(ruleset, context.ports.clock.now().getTime())
  const changes = table !== ruleset || isToBeCompared(context) ? await converge(context, table) : 0
  if (table !== ruleset) await saveEnforced(context, { revision, ruleset: table })
  return changes
}

/** Also after a transaction of ours that may have come to nothing. */
function isToBeCompared({ doubtsKernel, memory }: RunContext): boolean {
  return doubtsKernel || memory.live === undefined
}
