/** The policy of a revision that was enforced before: as git still has it, also on the disk of a host without a network. */

import { hasErrors } from '../diagnostic/diagnostic.ts'
import type { Revision, RevisionFiles } from '../repository/revision.ts'
import type { ValidPolicy } from './memory.ts'
import { readInStages } from './read-in-stages.ts'
import { type RunContext, StageFailure } from './run-context.ts'
import { compileFor, type Desired } from './take-policy.ts'

/** Second half of a sentence: why nothing but the table is known. */
export interface TableOnly {
  readonly type: 'table'
  readonly why: string
}

/** On this host as it is now. @throws StageFailure aborted, or what this host itself could not tell */
export async function compilePolicyOf(
  context: RunContext,
  revision: Revision,
  reach: 'clone' | 'history',
): Promise<Desired | TableOnly> {
  const known = await policyOf(context, revision, reach)
  return known.type === 'policy' ? await compileKnown(context, known.policy) : known
}

export async function compileKnown(context: RunContext, policy: ValidPolicy): Promise<Desired | TableOnly> {
  const compiled = await compileFor(context, policy)
  return compiled.type === 'desired' ? compiled : tableOnly('its policy has errors on this host as it is now')
}

/** Nobody is asked whether it is trusted: it was when it was applied, and its bytes hash to the same name. */
async function policyOf(
  context: RunContext,
  revision: Revision,
  reach: 'clone' | 'history',
): Promise<{ readonly type: 'policy'; readonly policy: ValidPolicy } | TableOnly> {
  // nothing but a table is kept of a folder
  if (revision.committedAt === undefined) return tableOnly('it was a folder as it was at that time')
  const found = await recall(context, revision, reach)
  if (found === undefined) return tableOnly('the repository does not have the commit')
  if (typeof found === 'string') return tableOnly(found)
  const { value: policySet, diagnostics } = await readInStages(context, found.files)
  if (hasErrors(diagnostics)) return tableOnly('this version of rampart finds errors in its policy')
  return { type: 'policy', policy: { revision, policySet, tipIsTrusted: false, warnings: diagnostics } }
}

/** A string: why the repository could not say. */
async function recall(
  context: RunContext,
  { commit }: Revision,
  reach: 'clone' | 'history',
): Promise<RevisionFiles | string | undefined> {
  try {
    return await context.stage('recall', () => context.ports.source.recall(commit, reach, context.signal))
  } catch (error) {
    if (!(error instanceof StageFailure) || error.cause.code === 'aborted') throw error
    return error.message
  }
}

export function tableOnly(why: string): TableOnly {
  return { type: 'table', why }
}
