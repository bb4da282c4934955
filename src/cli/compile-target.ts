/** Reads, validates and compiles a target's policy; prints what is wrong with it. */

import { type Diagnostic, hasErrors } from '../diagnostic/diagnostic.ts'
import { printDiagnosticsText } from '../diagnostic/print-text.ts'
import type { HostFacts } from '../host/host-facts.ts'
import { failedTests } from '../pipeline/policy-tests.ts'
import { compileForHost, type HostCompilation, readPolicy } from '../pipeline.ts'
import { policyAt } from '../policy/expiry.ts'
import type { PolicySet } from '../policy/policy-set.ts'
import type { Revision } from '../repository/revision.ts'
import type { CommandIo } from './command-io.ts'
import { factsFor, originOfFacts, type PolicyTarget } from './policy-target.ts'

export interface CompiledTarget extends HostCompilation {
  readonly policySet: PolicySet
  readonly revision: Revision
  readonly facts: HostFacts
}

/** Undefined when the policy has errors, which are printed. @throws HostError */
export async function compileTarget(target: PolicyTarget, io: CommandIo): Promise<CompiledTarget | undefined> {
  const { source, trust, close } = await target.openSource()
  try {
    const { revision, files } = await source.fetch(io.signal)
    // the history behind it is the agent's to judge, which knows what it applied last
    const verification = await trust.judge({ tip: revision.commit, base: undefined }, io.signal)
    if (verification.type === 'untrusted')
      io.err(`rampart: warning: the agent would refuse this: ${verification.reason}\n`)
    const policy = readPolicy(files)
    if (hasErrors(policy.diagnostics)) {
      reportDiagnostics(policy.diagnostics, io)
      return undefined
    }
    const facts = await factsFor(target, policy.value, io.signal)
    const compiled = compileForHost({ policySet: policyAt(policy.value, target.moment), facts, ...target.settings })
    reportDiagnostics([...policy.diagnostics, ...compiled.diagnostics], io)
    if (hasErrors(compiled.diagnostics)) return undefined
    return { ...compiled.value, policySet: policy.value, revision, facts }
  } finally {
    await close()
  }
}

export function reportDiagnostics(diagnostics: readonly Diagnostic[], io: CommandIo): void {
  if (diagnostics.length > 0) io.err(printDiagnosticsText(diagnostics, { color: io.color.err === 'color' }))
}

/** An agent would not apply what its own tests speak against. */
export function warnOfTests(target: PolicyTarget, compiled: CompiledTarget, io: CommandIo): void {
  const { policySet, facts } = compiled
  const failed = failedTests(policySet, { compilation: compiled, facts, origin: originOfFacts(target) })
  if (failed.length === 0) return
  io.err('rampart: warning: the agent would not apply this: its tests do not hold here\n')
  reportDiagnostics(
    failed.map((diagnostic) => ({ ...diagnostic, severity: 'warning' })),
    io,
  )
}
