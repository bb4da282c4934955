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
  assert.equal(faultsOf(report.replace(/\| met +\|/, '| great |')), ['great: neither met nor missed'])
  const [first] = asked
  const isOther = /^something else: nobody asks that/
  assert.match(faultsOf(report.replace(first?.what ?? '', 'something else')).join('\n'), isOther)
  assert.match(faultsOf(report.replace(/^.*\bmet .*\n/m, '')).join(), /: is not answered$/)
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

/** Where a report is not what the bench prints for its questions. Only what was not promised may be left out: not every machine can answer it. */
function faultsOf(report: string): readonly string[] {
  const questions = [...asked]
  const faults = rowsIn(report).flatMap(([what = '', , , , target, verdict = '']) => {
    const at = questions.findIndex((question) => question.what === what && printTarget(question) === target)
    if (at === -1) return [`${what}: nobody asks that, or not with this target, or not here`]
    const isJudged = questions[at]?.target !== undefined
    const passedOver = questions.splice(0, at + 1).slice(0, -1)
    const wrong = isJudged === ['met', 'missed'].includes(verdict) ? [] : [`${verdict}: neither met nor missed`]
    return [...wrong, ...missingIn(passedOver)]
  })
  return [...faults, ...missingIn(questions)]
}

function missingIn(questions: readonly Question[]): readonly string[] {
  return questions.filter(({ target }) => target !== undefined).map(({ what }) => `${what}: is not answered`)
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
