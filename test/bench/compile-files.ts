/** Files of a policy -> the table of the generators' host, in this process. */

import { hasErrors } from '../../src/diagnostic/diagnostic.ts'
import { asFile, compileForHost, readPolicy } from '../../src/pipeline.ts'
import type { Ruleset } from '../../src/ruleset/ruleset.ts'
import { type GeneratedFile, generatedNode } from './generate-policies.ts'

/** @throws Error when the policy has an error */
export function compileFiles(files: readonly GeneratedFile[]): Ruleset {
  const { value: policySet, diagnostics } = readPolicy(files.map(asFile))
  if (hasErrors(diagnostics)) throw new Error(`bug: a generated policy has errors: ${diagnostics[0]?.message}`)
  const facts = { node: generatedNode, interfaces: [] }
  return compileForHost({ policySet, facts, failsafes: 'minimal', controlPorts: [] }).value.ruleset
}
