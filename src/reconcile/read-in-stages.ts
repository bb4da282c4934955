/** A revision's files -> its policy, each step under its own time. */

import { checkPolicy, type PolicyReading, readEachFile } from '../pipeline.ts'
import type { RepositoryFile } from '../repository/revision.ts'
import type { RunContext } from './run-context.ts'

/** As readPolicy(), beside what was read last. */
export async function readInStages(context: RunContext, files: readonly RepositoryFile[]): Promise<PolicyReading> {
  const { reading: before } = context.memory
  const each = await context.stage('parse', async () => readEachFile(files, before))
  return await context.stage('validate', async () => checkPolicy(each, before))
}
