/** Diagnostics as people see them. */

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type Diagnostic, diagnose } from '../../src/diagnostic/diagnostic.ts'
import { toDiagnosticsReport, toPlainDiagnostic } from '../../src/diagnostic/print-json.ts'
import { printDiagnosticsText } from '../../src/diagnostic/print-text.ts'
import type { Source } from '../../src/diagnostic/source.ts'

const source: Source = { path: 'a/b.yaml', text: 'spec:\n\tname: web\n  names: {ä: 日本, x: y}\n' }
const at = (word: string, length = word.length) => {
  const start = source.text.indexOf(word)
  return { source, start, end: start + length }
}
const plain = (...diagnostics: readonly Diagnostic[]) => printDiagnosticsText(diagnostics, { color: false })

test('printDiagnosticsText() prints place, message, line, mark, notes and a count', () => {
  const notes = [{ span: at('spec'), message: 'first defined here' }]
  const text = plain(
    diagnose('invalid-value', { message: 'no', span: at('web'), notes }),
    diagnose('ignored-field', { message: 'hm', span: at('y}', 1) }),
  )
  assert.is(
    text,
    `a/b.yaml:2:8: error[invalid-value]: no
    2 |  name: web
      |        ^^^
  note: a/b.yaml:1:1: first defined here
    1 | spec:
      | ^^^^

a/b.yaml:3:21: warning[ignored-field]: hm
    3 |   names: {ä: 日本, x: y}
      |                       ^

1 error and 1 warning in 1 file
`,
  )
})

test('printDiagnosticsText() marks only the first line of what spans several, and nothing without a place', () => {
  assert.match(plain(diagnose('invalid-value', { message: 'no', span: at('names', 500) })), /\n {6}\| {3}\^{18,}\n/)
  assert.is(
    plain(diagnose('no-documents', { message: 'none', span: undefined })),
    'error[no-documents]: none\n\n1 error\n',
  )
  assert.is(plain(), '')
})

test('printDiagnosticsText() shows a part of a very long line', () => {
  const long = { path: 'l', text: `${'a'.repeat(500)}X${'b'.repeat(500)}` }
  const text = plain(diagnose('invalid-value', { message: 'no', span: { source: long, start: 500, end: 501 } }))
  const [, shown = '', marks = ''] = text.split('\n')
  assert.ok(shown.length < 120 && shown.includes('…') && shown[marks.indexOf('^')] === 'X', text)
})

test('printDiagnosticsText() colours only when asked, and lets no file steer the terminal', () => {
  const hostile = { path: 'h\u001b[2J', text: 'x\u001b[31m\u202e' }
  const diagnostic = diagnose('invalid-value', {
    message: 'bad \u001b]0;x\u0007',
    span: { source: hostile, start: 0, end: 1 },
  })
  assert.not.ok(plain(diagnostic).includes('\u001b'))
  assert.ok(printDiagnosticsText([diagnostic], { color: true }).includes('\u001b[31m'))
})

test('toDiagnosticsReport() gives plain values', () => {
  const report = toDiagnosticsReport([
    diagnose('invalid-value', { message: 'no', span: at('web'), notes: [{ span: at('spec'), message: 'here' }] }),
    diagnose('no-documents', { message: 'none', span: undefined }),
  ])
  assert.equal(JSON.parse(JSON.stringify(report)), {
    valid: false,
    errors: 2,
    warnings: 0,
    diagnostics: [
      {
        code: 'invalid-value',
        severity: 'error',
        message: 'no',
        file: 'a/b.yaml',
        line: 2,
        column: 8,
        notes: [{ message: 'here', file: 'a/b.yaml', line: 1, column: 1 }],
      },
      { code: 'no-documents', severity: 'error', message: 'none', file: null, line: null, column: null, notes: [] },
    ],
  })
  assert.equal(Object.keys(toPlainDiagnostic(diagnose('no-documents', { message: 'none', span: undefined }))), [
    'code',
    'severity',
    'message',
    'file',
    'line',
    'column',
  ])
})

test.run()
