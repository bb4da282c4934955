/** Figures -> the table of the terminal and of README, which is one and the same Markdown. */

import { type Figure, judge, measured, type Question, type Unit } from './figure.ts'
import { type Summary, summarize } from './statistics.ts'

export const columns = ['', 'median (range)', 'beside it', 'ratio (range)', 'target', ''] as const

/** Lines with a line feed each. */
export function printFigures(figures: readonly Figure[]): string {
  return printTable([columns, ...figures.map(rowOf)])
}

function rowOf(figure: Figure): readonly string[] {
  const { what, unit, samples, beside, besideSamples } = figure
  const verdict = judge(figure)
  const scale = scaleOf(unit, summarize(samples).median)
  return [
    what,
    printSummary(summarize(samples), scale),
    beside === undefined ? '' : `${printValue(summarize(besideSamples).median, unit)}: ${beside}`,
    beside === undefined ? '' : printSummary(measured(figure, 'ratio'), plain),
    printTarget(figure),
    verdict === 'no target' ? '' : verdict,
  ]
}

/** Also of a question that nobody has answered yet. */
export function printTarget({ target, unit }: Question): string {
  switch (target?.of) {
    case undefined:
      return ''
    case 'ratio':
      return `at most ${target.most} x`
    case 'excess':
      return `at most ${printBound(target.most, unit)} beyond it`
    case 'value':
      return `at most ${printBound(target.most, unit)}`
  }
}

/** How numbers of one line are written. */
interface Scale {
  readonly print: (value: number) => string
  /** With a space before it; '' where there is none. */
  readonly unit: string
}

const plain: Scale = { print: (value) => value.toFixed(2), unit: '' }

/** The number in the middle decides between nanoseconds and seconds. */
function scaleOf(unit: Unit, value: number): Scale {
  switch (unit) {
    case 'exponent':
      return plain
    case '% of a core':
      return { print: (percent) => percent.toFixed(3), unit: ' %' }
    case 'MiB':
      return { print: (size) => size.toFixed(1), unit: ' MiB' }
    case 'ms':
      if (value < 0.01) return { print: (ms) => (ms * 1e6).toFixed(0), unit: ' ns' }
      if (value < 0.1) return { print: (ms) => (ms * 1000).toFixed(1), unit: ' µs' }
      if (value >= 1000) return { print: (ms) => (ms / 1000).toFixed(2), unit: ' s' }
      return { print: (ms) => ms.toFixed(value < 10 ? 1 : 0), unit: ' ms' }
  }
}

function printSummary({ median, min, max }: Summary, { print, unit }: Scale): string {
  return `${print(median)}${unit} (${print(min)} to ${print(max)})`
}

function printValue(value: number, unit: Unit): string {
  const scale = scaleOf(unit, value)
  return `${scale.print(value)}${scale.unit}`
}

/** Promises are round. */
function printBound(most: number, unit: Unit): string {
  return unit === 'ms' && most >= 1000 ? `${most / 1000} s` : `${most}${scaleOf(unit, most).unit}`
}

function printTable(rows: readonly (readonly string[])[]): string {
  const widths = columns.map((_, column) => Math.max(3, ...rows.map((row) => (row[column] ?? '').length)))
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |\n`
  const [head = [], ...body] = rows
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('')
}
