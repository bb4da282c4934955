/** Reads, validates and compiles a target's policy; prints what is wrong with it. */

import { type Diagnostic, hasErrors } from '../diagnostic/diagnostic.ts'
import { printDiagnosticsText } from '../diagnostic/print-text.ts'
import type { HostFacts } from '../host/host-facts.ts'
import { compileForHost, type HostCompilation, readPolicy } from '../pipeline.ts'
import { policyAt } from '../policy/expiry.ts'
import type { PolicySet } from '../policy/policy-set.ts'
import type { Revision } from '../repository/revision.ts'
import type { CommandIo } from './command-io.ts'
import { factsFor, type PolicyTarget } from './policy-target.ts'

export interface CompiledTarget extends HostCompilation {
  readonly revision: Revision
  /** As it was read, whatever has expired. */
  readonly policySet: PolicySet
  readonly facts: HostFacts
}

/** Undefined when the policy has errors, which are printed. @throws HostError */
export async function compileTarget(target: PolicyTarget, io: CommandIo): Promise<CompiledTarget | undefined> {
  const read = await readTarget(target, io)
  if (read === undefined) return undefined
  const facts = await factsFor(target, read.policySet, io.signal)
  const policySet = policyAt(read.policySet, target.moment)
  const compiled = compileForHost({ policySet, facts, ...target.settings })
  reportDiagnostics(compiled.diagnostics, io)
  return hasErrors(compiled.diagnostics) ? undefined : { ...compiled.value, ...read, facts }
}

/** The policy of all hosts, as it was read. Undefined when it has errors, which are printed. @throws HostError */
export async function readTarget(
  target: PolicyTarget,
  io: CommandIo,
): Promise<Pick<CompiledTarget, 'revision' | 'policySet'> | undefined> {
  const { source, trust, close } = await target.openSource()
  try {
    const { revision, files } = await source.fetch(io.signal)
    // the history behind it is the agent's to judge, which knows what it applied last
    const verification = await trust.judge({ tip: revision.commit, base: undefined }, io.signal)
    if (verification.type === 'untrusted')
      io.err(`rampart: warning: the agent would refuse this: ${verification.reason}\n`)
    const { value: policySet, diagnostics } = readPolicy(files)
    reportDiagnostics(diagnostics, io)
    return hasErrors(diagnostics) ? undefined : { revision, policySet }
  } finally {
    await close()
  }
}

export function reportDiagnostics(diagnostics: readonly Diagnostic[], io: CommandIo): void {
  if (diagnostics.length > 0) io.err(printDiagnosticsText(diagnostics, { color: io.color.err === 'color' }))
}
