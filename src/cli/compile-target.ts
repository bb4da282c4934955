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
  readonly revision: Revision
  /** As it was read, whatever has expired. */
  readonly policySet: PolicySet
  readonly facts: HostFacts
}

/** Undefined when the policy has errors, which are printed. @throws HostError */
export async function compileTarget(target: PolicyTarget, io: CommandIo): Promise<CompiledTarget | undefined> {
  const read = await readTarget(target, io)
  if (read === undefined) return undefined
  const { revision, policySet, warnings } = read
  const facts = await factsFor(target, policySet, io.signal)
  const compiled = compileForHost({ policySet: policyAt(policySet, target.moment), facts, ...target.settings })
  reportDiagnostics([...warnings, ...compiled.diagnostics], io)
  return hasErrors(compiled.diagnostics) ? undefined : { ...compiled.value, policySet, revision, facts }
}

export interface ReadTarget extends Pick<CompiledTarget, 'revision' | 'policySet'> {
  /** Not printed yet. */
  readonly warnings: readonly Diagnostic[]
}

/** The policy of all hosts. Undefined when it has errors, which are printed. @throws HostError */
export async function readTarget(target: PolicyTarget, io: CommandIo): Promise<ReadTarget | undefined> {
  const { source, trust, close } = await target.openSource()
  try {
    const { revision, files } = await source.fetch(io.signal)
    // the history behind it is the agent's to judge, which knows what it applied last
    const verification = await trust.judge({ tip: revision.commit, base: undefined }, io.signal)
    if (verification.type === 'untrusted')
      io.err(`rampart: warning: the agent would refuse this: ${verification.reason}\n`)
    const { value: policySet, diagnostics } = readPolicy(files)
    if (!hasErrors(diagnostics)) return { revision, policySet, warnings: diagnostics }
    reportDiagnostics(diagnostics, io)
    return undefined
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
