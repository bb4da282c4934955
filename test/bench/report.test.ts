/** README's tables are those that the bench writes, row by row: nobody has typed them. */

import { readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Figure, Question } from './figure.ts'
import { measurements } from './measurements.ts'
import { columns, printTarget } from './print-figures.ts'
import { printReport, printVerdicts } from './print-report.ts'
import { notMeasured, reportIn, withReport } from './readme-report.ts'

const test = suite('report')
const readme = readFileSync('README.md', 'utf8')

const asked = measurements.flatMap(({ questions }) => questions('full'))
const invented = measurements.map(({ about, questions }) => ({
  about,
  figures: questions('full').map(answer),
  pictures: [],
}))

test('withReport() puts a report where reportIn() finds it, and leaves all else', () => {
  const report = printReport('On a machine.', invented)
  const written = withReport(readme, report)
  assert.is(reportIn(written), `${report.trim()}\n`)
  assert.is(withReport(written, reportIn(readme)), readme)
})

test('printReport() writes a table for each measurement that asks its questions', () => {
  assert.equal(faultsOf(printReport('On a machine.', invented)), [])
})

test('README has the tables that the bench would write now', () => {
  const report = reportIn(readme)
  if (report !== notMeasured) assert.equal(faultsOf(report), [])
})

test('the check of README sees what was typed', () => {
  const report = printReport('On a machine.', invented)
  const row = (rowsIn(report)[0] ?? []).join(' | ')
  assert.equal(faultsOf(report.replace(/\| met +\|/, '| great |')), ['great: neither met nor missed'])
  assert.is(faultsOf(report.replace(asked[0]?.what ?? '', 'something else')).length, 1, row)
})

test('no two questions of a measurement are the same', () => {
  for (const { name, questions } of measurements)
    for (const scale of ['full', 'quick'] as const) {
      const words = questions(scale).map(({ what }) => what)
      assert.is(new Set(words).size, words.length, name)
    }
})

test('printVerdicts() counts what has a target', () => {
  const promised = asked.filter(({ target }) => target !== undefined).length
  assert.is(printVerdicts(invented), `${promised} of ${promised} targets are met.\n`)
})

test.run()

/** One that meets every target. */
function answer(question: Question): Figure {
  return { ...question, samples: [0.05], besideSamples: question.beside === undefined ? [] : [1] }
}

/** Where a report is not what the bench prints for its questions. */
function faultsOf(report: string): readonly string[] {
  const rows = rowsIn(report)
  const expected = asked.map(
    (question) => [question.what, printTarget(question), question.target !== undefined] as const,
  )
  return [
    ...(rows.length === expected.length ? [] : [`${rows.length} rows for ${expected.length} questions`]),
    ...rows.flatMap(([what = '', , , , target, verdict = ''], at) => {
      const [asks, promises, isJudged] = expected[at] ?? []
      if (what !== asks || target !== promises) return [`${what}: the bench asks ${asks}, ${promises}`]
      return isJudged === ['met', 'missed'].includes(verdict) ? [] : [`${verdict}: neither met nor missed`]
    }),
  ]
}

/** Cells; of the table heads only those that are not the printer's. */
function rowsIn(report: string): readonly (readonly string[])[] {
  const lines = report.split('\n').filter((line) => line.startsWith('|'))
  const rows = lines.map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  )
  return rows.filter((cells) => cells.join() !== columns.join() && !/^-+$/.test(cells[0] ?? ''))
}
