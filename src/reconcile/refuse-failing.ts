/** Holds a new revision to its own tests of this host, before anything is touched. */

import { failedTests } from '../pipeline/policy-tests.ts'
import type { Outcome } from './outcome.ts'
import type { RunContext } from './run-context.ts'
import type { Desired } from './take-policy.ts'

/**
 * Undefined when it may be applied. What is enforced already is not asked again: its drift is repaired, and it follows the
 * interfaces of the host, whatever a test says of them. A rollback is not asked either: what it leads to was good, and is what a person wants.
 */
export async function refuseFailing(
  context: RunContext,
  { policy, compilation, facts }: Desired,
): Promise<Outcome | undefined> {
  const { revision, policySet } = policy
  const kept = context.memory.enforced?.revision
  // a folder has no commit that would tell whether it changed
  const isEnforced = kept?.commit === revision.commit && revision.committedAt !== undefined
  if (isEnforced || policySet.tests.length === 0) return undefined
  const diagnostics = await context.stage('test', async () =>
    failedTests(policySet, { compilation, facts, origin: 'read' }),
  )
  return diagnostics.length === 0 ? undefined : { type: 'invalid', revision, diagnostics, kept }
}
