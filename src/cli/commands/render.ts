/** `rampart render`: the whole ruleset of a host as a script for `nft -f`. */

import { printReplacement } from '../../diff/print-script.ts'
import { countElements, countRules } from '../../ruleset/ruleset.ts'
import { type CommandIo, type Format, printJson } from '../command-io.ts'
import { compileTarget, warnOfTests } from '../compile-target.ts'
import { openPolicyTarget, type PolicyOptions } from '../policy-target.ts'

/** Exit 0: printed; 1: the policy has errors. The same policy and facts give the same bytes. */
export async function render(options: PolicyOptions & { readonly format: Format }, io: CommandIo): Promise<number> {
  const target = await openPolicyTarget(options, io.color.err)
  const compiled = await compileTarget(target, io)
  if (compiled === undefined) return 1
  warnOfTests(target, compiled, io)
  const { ruleset } = compiled
  const script = printReplacement(ruleset)
  if (options.format === 'text') io.out(script)
  else
    io.out(
      printJson({
        node: target.settings.node,
        rules: countRules(ruleset),
        setElements: countElements(ruleset),
        script,
      }),
    )
  return 0
}
