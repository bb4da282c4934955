/** `rampart test`: runs the policy tests of a folder, on every host that they are about. */

import { diagnoseTests } from '../../access/diagnose-tests.ts'
import { printTestsJson, printTestsText } from '../../access/print-tests.ts'
import type { CaseResult } from '../../access/test-result.ts'
import { createDirectorySource } from '../../adapters/directory-source.ts'
import { type Diagnostic, hasErrors } from '../../diagnostic/diagnostic.ts'
import { createStyle } from '../../diagnostic/style.ts'
import type { HostFacts } from '../../host/host-facts.ts'
import { settleSilences } from '../../lint/settle-silences.ts'
import type { Packet } from '../../packet/packet.ts'
import { printPacket } from '../../packet/print-packet.ts'
import type { HostStep } from '../../pipeline/host-step.ts'
import { PolicyTests } from '../../pipeline/policy-tests.ts'
import { compileForHost, readPolicy } from '../../pipeline.ts'
import { policyAt } from '../../policy/expiry.ts'
import type { PolicySet } from '../../policy/policy-set.ts'
import { deriveFacts, nodesOf } from '../../resolve/derive-facts.ts'
import { type CommandIo, type Format, UsageError } from '../command-io.ts'
import { reportDiagnostics } from '../compile-target.ts'
import { momentOf, readFacts } from '../policy-target.ts'
import { requireHost } from '../require-host.ts'
import { runSteps } from '../run-steps.ts'

export interface TestOptions {
  readonly format: Format
  readonly host?: string
  readonly facts?: string
  readonly at?: string
}

/** Exit 0: every case holds; 1: one fails, or the policy has errors. */
export async function test(folder: string, options: TestOptions, io: CommandIo): Promise<number> {
  const moment = momentOf(options.at)
  const facts = options.facts === undefined ? undefined : await readFacts(options.facts, io.color.err)
  const { files } = await createDirectorySource(folder).fetch(io.signal)
  const policy = readPolicy(files)
  if (hasErrors(policy.diagnostics)) {
    reportDiagnostics(policy.diagnostics, io)
    return 1
  }
  const nodes = chooseNodes(nodesOf(policy.value), options.host, facts)
  const { results, faults } = await runSteps(
    runTests(policyAt(policy.value, moment), { nodes, facts }),
    'testing hosts',
    io,
  )
  // what fails is told below; the rest of a policy's warnings is validate's to tell
  const { standing } = settleSilences(diagnoseTests(results), policy.value.silences)
  const remarks = standing.filter(({ severity }) => severity === 'warning')
  if (options.format === 'text' || faults.length > 0) reportDiagnostics([...faults, ...remarks], io)
  if (faults.length > 0) return 1
  report(results, { policySet: policy.value, folder, options }, io)
  return results.some(({ finding }) => finding.type === 'fails') ? 1 : 0
}

/** @throws UsageError for a host that nobody knows */
function chooseNodes(
  known: readonly string[],
  host: string | undefined,
  facts: HostFacts | undefined,
): readonly string[] {
  const node = host ?? facts?.node
  if (node === undefined) return known
  if (facts !== undefined && facts.node !== node)
    throw new UsageError(`--facts are of "${facts.node}", but --host says "${node}": give facts of the same host`)
  requireHost(node, known)
  return [node]
}

interface TestRun {
  readonly results: readonly CaseResult[]
  /** Of hosts that do not compile. */
  readonly faults: readonly Diagnostic[]
}

interface TestedHosts {
  readonly nodes: readonly string[]
  /** Of the one node. */
  readonly facts: HostFacts | undefined
}

function* runTests(policySet: PolicySet, { nodes, facts: known }: TestedHosts): Generator<HostStep, TestRun> {
  const tests = new PolicyTests(policySet)
  const results: CaseResult[] = []
  const faults: Diagnostic[] = []
  const concerned = nodes.filter((node) => tests.concern(node))
  for (const [index, node] of concerned.entries()) {
    yield { node, index, of: concerned.length }
    const facts = known ?? deriveFacts(policySet, node)
    const origin = known === undefined ? 'derived' : 'read'
    const compiled = compileForHost({ policySet, facts, failsafes: 'minimal', controlPorts: [] })
    faults.push(...compiled.diagnostics.filter(({ severity }) => severity === 'error'))
    if (hasErrors(compiled.diagnostics)) continue
    for (const result of tests.run({ compilation: compiled.value, facts, origin })) results.push(result)
  }
  return { results, faults }
}

interface Told {
  readonly policySet: PolicySet
  readonly folder: string
  readonly options: TestOptions
}

function report(results: readonly CaseResult[], { policySet, folder, options }: Told, io: CommandIo): void {
  const isPartial = options.host !== undefined || options.facts !== undefined
  const tests = policySet.tests.filter((one) => !isPartial || results.some((result) => result.test === one))
  const more = (['facts', 'at'] as const).flatMap((name) => {
    const value = options[name]
    return value === undefined ? [] : [`--${name}`, value]
  })
  const explainCommand = (node: string, packet: Packet): string =>
    ['rampart', 'explain', '--from', folder, '--host', node, ...more, ...printPacket(packet).split(' ')]
      .map(quoted)
      .join(' ')
  const context = { explainCommand, tests }
  if (options.format === 'json') io.out(printTestsJson(results, context))
  else if (tests.length === 0) io.out(`no tests: ${isPartial ? 'none is about this host' : 'write a PolicyTest'}\n`)
  else io.out(printTestsText(results, context, createStyle(io.color.out)))
}

/** For a shell; names of interfaces may hold anything but blanks. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}
