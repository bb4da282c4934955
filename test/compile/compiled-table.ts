/** The table of the host in the packet lab for a few documents, and its chains as text. */

import * as assert from 'uvu/assert'
import { hasErrors } from '../../src/diagnostic/diagnostic.ts'
import { printRule } from '../../src/ruleset/print-rule.ts'
import type { Ruleset } from '../../src/ruleset/ruleset.ts'
import { compileCase } from '../golden/golden-cases.ts'
import { filesOf, labFacts } from '../kernel/packet-policies.ts'

export function tableOf(...documents: readonly object[]): Ruleset {
  const { ruleset, diagnostics } = compileCase({ facts: labFacts(), files: filesOf({ documents }) })
  assert.not(hasErrors(diagnostics), diagnostics.map(({ message }) => message).join('; '))
  return ruleset
}

/** Without comments and digests; undefined when there is no such chain. */
export function linesOf(ruleset: Ruleset, chain: string): readonly string[] | undefined {
  const rules = ruleset.chains.get(chain)?.rules
  return rules?.map((rule) => printRule({ ...rule, comment: undefined }).replace(/(@\w+)\/[0-9a-f]{12}/g, '$1'))
}
