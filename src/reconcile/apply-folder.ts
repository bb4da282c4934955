/** A folder instead of what is held: enforced as carefully as any change, and held from then on. */

import { hasErrors } from '../diagnostic/diagnostic.ts'
import { folderRevision, type RepositoryFile } from '../repository/revision.ts'
import { changePolicy } from './change-policy.ts'
import { describeHold, findHold } from './hold.ts'
import type { Outcome } from './outcome.ts'
import { readInStages } from './read-in-stages.ts'
import { refuseFailing } from './refuse-failing.ts'
import type { RunContext } from './run-context.ts'
import { compileFor } from './take-policy.ts'

/** For people, whoever finds out. */
export const whyNotHeld =
  'nothing is held: the branch is followed, and would undo it: commit the change, or say "rampart hold --reason ..." first'

/** @throws StageFailure */
export async function applyFolder(context: RunContext, files: readonly RepositoryFile[]): Promise<Outcome> {
  const kept = context.memory.enforced?.revision
  const hold = await findHold(context)
  const revision = folderRevision
  if (hold === undefined) {
    return { type: 'refused', revision, reasons: [{ guard: 'not-held', message: whyNotHeld }], kept }
  }
  const { value: policySet, diagnostics } = await readInStages(context, files)
  if (hasErrors(diagnostics)) return { type: 'invalid', revision, diagnostics, kept }
  const compiled = await compileFor(context, { revision, policySet, tipIsTrusted: false, warnings: diagnostics })
  if (compiled.type === 'outcome') return compiled.outcome
  const failing = await refuseFailing(context, compiled)
  if (failing !== undefined) return failing
  context.judgesTip = false
  const outcome = await changePolicy(context, compiled)
  return outcome.type === 'converged' ? { ...outcome, notes: [...outcome.notes, describeHold(hold)] } : outcome
}
