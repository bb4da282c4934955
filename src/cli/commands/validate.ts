/** `rampart validate`: everything that is wrong with a policy repository, at once. */

import { diagnoseTests } from '../../access/diagnose-tests.ts'
import type { CaseResult } from '../../access/test-result.ts'
import { createDirectorySource } from '../../adapters/directory-source.ts'
import { catalogue } from '../../diagnostic/catalogue.ts'
import { type Diagnostic, hasErrors, inSourceOrder } from '../../diagnostic/diagnostic.ts'
import { nearestName } from '../../diagnostic/nearest-name.ts'
import { toPlainDiagnostic } from '../../diagnostic/print-json.ts'
import { compileForHost, PolicyTests, readPolicy } from '../../pipeline.ts'
import type { PolicySet } from '../../policy/policy-set.ts'
import { deriveFacts, nodesOf } from '../../resolve/derive-facts.ts'
import { type CommandIo, type Format, printJson, UsageError } from '../command-io.ts'
import { reportDiagnostics } from '../compile-target.ts'

export interface ValidateOptions {
  readonly format: Format
  readonly strict?: boolean
  readonly explain?: string
}

/** Exit 0: valid; 1: errors, or with --strict also warnings. */
export async function validate(folder: string, options: ValidateOptions, io: CommandIo): Promise<number> {
  if (options.explain !== undefined) return explainCode(options.explain, io)
  const { files } = await createDirectorySource(folder).fetch(io.signal)
  const policy = readPolicy(files)
  const nodes = nodesOf(policy.value)
  const hosts = hasErrors(policy.diagnostics) ? [] : judgeHosts(policy.value, nodes)
  const diagnostics = inSourceOrder([...policy.diagnostics, ...hosts])
  const valid = !hasErrors(diagnostics)
  if (options.format === 'json')
    io.out(printJson({ valid, ...summary(policy.value, nodes), diagnostics: diagnostics.map(toPlainDiagnostic) }))
  else {
    reportDiagnostics(diagnostics, io)
    if (valid) io.out(`${describe(policy.value, nodes, files.length)}\n`)
  }
  return valid && (options.strict !== true || diagnostics.length === 0) ? 0 : 1
}

/** Every host is compiled as its endpoints describe it: a valid policy must compile everywhere, and pass its tests. */
function judgeHosts(policySet: PolicySet, nodes: readonly string[]): readonly Diagnostic[] {
  const tests = new PolicyTests(policySet)
  const found: Diagnostic[] = []
  const results: CaseResult[] = []
  for (const node of nodes) {
    const facts = deriveFacts(policySet, node)
    const { value, diagnostics } = compileForHost({ policySet, facts, failsafes: 'minimal', controlPorts: [] })
    found.push(...diagnostics)
    if (!hasErrors(diagnostics)) results.push(...tests.run({ compilation: value, facts, origin: 'derived' }))
  }
  return [...found, ...diagnoseTests(results)]
}

function summary(policySet: PolicySet, nodes: readonly string[]) {
  return {
    hosts: nodes,
    hostEndpoints: policySet.hostEndpoints.length,
    policies: policySet.policies.length,
    networkSets: policySet.networkSets.length,
    profiles: policySet.profiles.length,
    tests: policySet.tests.length,
  }
}

function describe(policySet: PolicySet, nodes: readonly string[], fileCount: number): string {
  const counts = [
    [fileCount, 'file'],
    [nodes.length, 'host'],
    [policySet.hostEndpoints.length, 'host endpoint'],
    [policySet.policies.length, 'policy'],
    [policySet.networkSets.length, 'network set'],
    [policySet.profiles.length, 'profile'],
    ...(policySet.tests.length === 0 ? [] : [[policySet.tests.length, 'test'] as const]),
  ] as const
  return `valid: ${counts.map(([count, noun]) => `${count} ${count === 1 ? noun : plural(noun)}`).join(', ')}`
}

function plural(noun: string): string {
  return noun.endsWith('y') ? `${noun.slice(0, -1)}ies` : `${noun}s`
}

function explainCode(code: string, io: CommandIo): number {
  const entry = Object.entries(catalogue).find(([name]) => name === code)?.[1]
  if (entry === undefined) {
    const nearest = nearestName(code, Object.keys(catalogue))
    throw new UsageError(
      `there is no diagnostic code "${code}"${nearest === undefined ? '' : `: did you mean "${nearest}"?`}`,
    )
  }
  io.out(`${code} (${entry.severity})\n\n${entry.explanation}\n`)
  return 0
}
