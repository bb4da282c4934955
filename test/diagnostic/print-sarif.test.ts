/** What the schema of SARIF 2.1.0 and code scanning ask for; the form as a whole was held against the schema of OASIS. */

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type Diagnostic, diagnose } from '../../src/diagnostic/diagnostic.ts'
import { firstSentence, toSarif } from '../../src/diagnostic/print-sarif.ts'
import type { Span } from '../../src/diagnostic/source.ts'

interface Region {
  readonly startLine: number
  readonly startColumn: number
  readonly endLine: number
  readonly endColumn: number
}
interface Location {
  readonly physicalLocation: { readonly artifactLocation: object; readonly region: Region }
}
interface Result {
  readonly ruleId: string
  readonly ruleIndex: number
  readonly level: string
  readonly message: { readonly text: string }
  readonly locations?: readonly Location[]
  readonly relatedLocations?: readonly (Location & { readonly message: object })[]
  readonly partialFingerprints: Readonly<Record<string, string>>
  readonly suppressions?: readonly object[]
}
interface Run {
  readonly columnKind: string
  readonly tool: { readonly driver: { readonly name: string; readonly rules: readonly { readonly id: string }[] } }
  readonly results: readonly Result[]
}

const text = 'spec:\n  a: "😀", b: web\n  c: web\n'
const spanIn = (source: Span['source'], part: string, from = 0): Span => {
  const start = source.text.indexOf(part, from)
  return { source, start, end: start + part.length }
}
const source = { path: 'häuser/a b.yaml', text }
const web = diagnose('invalid-value', { message: 'no', span: spanIn(source, 'web') })

function runOf(findings: readonly Diagnostic[], reason?: string): Run {
  const log = toSarif({
    findings: findings.map((diagnostic) => ({ diagnostic, reason })),
    prefix: 'net/',
    version: '1.2.3',
  }) as { readonly version: string; readonly runs: readonly Run[] }
  assert.equal([log.version, log.runs.length], ['2.1.0', 1])
  const [run] = log.runs
  if (run === undefined) throw new Error('no run')
  return run
}

test('toSarif() points into files of the repository, in UTF-16 columns, with an end that is exclusive', () => {
  const notes = [{ span: spanIn(source, 'spec'), message: 'here' }]
  const { columnKind, results } = runOf([{ ...web, notes }])
  assert.is(columnKind, 'utf16CodeUnits')
  const artifactLocation = { uri: 'net/h%C3%A4user/a%20b.yaml', uriBaseId: '%SRCROOT%' }
  const region = { startLine: 2, startColumn: 15, endLine: 2, endColumn: 18 }
  assert.equal(results[0]?.locations, [{ physicalLocation: { artifactLocation, region } }])
  assert.equal(results[0]?.relatedLocations?.[0]?.message, { text: 'here' })
})

test('toSarif() describes each rule once, where results find it', () => {
  const warning = diagnose('equal-order', { message: 'both', span: spanIn(source, 'web') })
  const { tool, results } = runOf([web, warning, web])
  assert.equal(
    results.map(({ ruleId, level }) => `${ruleId} ${level}`),
    ['invalid-value error', 'equal-order warning', 'invalid-value error'],
  )
  for (const { ruleId, ruleIndex } of results) assert.is(tool.driver.rules[ruleIndex]?.id, ruleId)
  assert.is(tool.driver.rules.length, 2)
  const rule = JSON.stringify(tool.driver.rules[0])
  for (const field of ['shortDescription', 'fullDescription', 'help', 'markdown', 'defaultConfiguration'])
    assert.ok(rule.includes(`"${field}"`), field)
  assert.not.ok(rule.includes('helpUri'))
})

test('toSarif() gives fingerprints that stay when lines move, and tell equal lines apart', () => {
  const printsOf = (content: string) => {
    const moved = { path: source.path, text: content }
    const first = spanIn(moved, 'x: web')
    const second = spanIn(moved, 'x: web', first.end)
    const found = [first, second].map((span) => diagnose('invalid-value', { message: 'no', span }))
    return runOf(found).results.map(({ partialFingerprints }) => partialFingerprints['rampartLine/v1'])
  }
  const prints = printsOf('a:\n  x: web\nb:\n  x: web\n')
  assert.equal(printsOf('# new\n\na:\n    x: web\nc: d\nb:\n  x: web\n'), prints)
  assert.is(new Set(prints).size, 2)
  assert.not.equal(printsOf('a:\n  x: web # y\nb:\n  x: web\n'), prints)
})

test('toSarif() marks what is accepted as suppressed, and takes what has no place', () => {
  assert.equal(runOf([web], 'a reason').results[0]?.suppressions, [{ kind: 'inSource', justification: 'a reason' }])
  const [result] = runOf([diagnose('no-documents', { message: 'none', span: undefined })]).results
  assert.equal([result?.locations, result?.suppressions], [undefined, undefined])
  assert.equal(runOf([]).results, [])
})

test('firstSentence() ends where a sentence does', () => {
  assert.is(firstSentence('A file, e.g. 1.2 or a.b, is. Next one.'), 'A file, e.g. 1.2 or a.b, is.')
  assert.is(firstSentence('Only one.'), 'Only one.')
})

test.run()
