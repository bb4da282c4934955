/** One smallest case for each diagnostic that a policy file can cause: its place and its words. */

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { catalogue } from '../../src/diagnostic/catalogue.ts'
import { peerLintCodes } from '../../src/diagnostic/peer-lint-codes.ts'
import { policyLintCodes } from '../../src/diagnostic/policy-lint-codes.ts'
import { ruleLintCodes } from '../../src/diagnostic/rule-lint-codes.ts'
import { documentFaults } from './document-faults.ts'
import { expiryFaults } from './expiry-faults.ts'
import { policyFaults } from './policy-faults.ts'
import { check, documentOf, type FaultCase, fileOf, printPlain } from './policy-files.ts'
import { policyTestFaults } from './policy-test-faults.ts'

const cases: readonly FaultCase[] = [...documentFaults, ...policyFaults, ...expiryFaults, ...policyTestFaults]

/** Codes of other rooms: lint, resolve, the run, the agent's own files. */
const elsewhere: ReadonlySet<string> = new Set([
  'file-too-large',
  'file-type',
  'no-documents',
  'workload-interface',
  'shadowed-endpoint',
  'unresolved-endpoint',
  'enslaved-interface',
  'unwritable-interface',
  'too-many-staged-policies',
  'unfiltered-ipv6',
  'configuration-syntax',
  'expires-soon',
  'expired',
  'unused-silence',
  ...Object.keys(policyLintCodes),
  ...Object.keys(ruleLintCodes),
  ...Object.keys(peerLintCodes),
  'test-failed',
])

for (const [text, ...expected] of cases) {
  test(`validateFiles() says: ${expected.join(' / ').slice(0, 100)}`, () => {
    const found = check([fileOf('a.yaml', text), fileOf('z.yaml', documentOf('GlobalNetworkSet', 'z', 'nets: []'))])
    const printed = found.diagnostics.map((diagnostic) => printPlain(diagnostic).replace('a.yaml:', ''))
    assert.is(printed.length, expected.length, printed.join('\n'))
    for (const [index, line] of expected.entries()) {
      if (line.split(' ').length > 2) assert.is(printed[index], line)
      else assert.ok(printed[index]?.startsWith(line), printed[index])
    }
  })
}

test('faults.test.ts has a case for every code that a file can cause', () => {
  const covered = new Set(cases.flatMap(([, ...lines]) => lines.map((line) => line.split(' ')[1])))
  const missing = Object.keys(catalogue).filter((code) => !covered.has(code) && !elsewhere.has(code))
  assert.equal(missing, [])
})

test('validateFiles() gives ten diagnostics for ten faults in ten files', () => {
  const codeOf = (line: string | undefined) => line?.split(' ')[1]
  const faulty = cases
    .filter(
      ([text], index) =>
        !text.includes('FelixConfiguration') &&
        cases.findIndex(([, line]) => codeOf(line) === codeOf(cases[index]?.[1])) === index,
    )
    .filter(([, line]) => codeOf(line) !== 'duplicate-name')
    .slice(8, 18)
  const files = faulty.map(([text], index) =>
    fileOf(
      `${index}.yaml`,
      text.replace(/name: \w+/, (name) => `${name}-${index}`),
    ),
  )
  const { diagnostics } = check(files)
  assert.equal(
    diagnostics.map(({ code, span }) => `${span?.source.path} ${code}`),
    faulty.map(([, line], index) => `${index}.yaml ${codeOf(line)}`),
  )
})

test.run()
