/** A measurement -> a table for people: ratios to plain nft first, milliseconds beside them. */

import { type CaseName, caseNames, type Measurement } from './measure.ts'
import { type Summary, summarize } from './statistics.ts'

const yardstick: CaseName = 'nft -f, into nothing'
const nameWidth = 34

/** Lines with a line feed each. A ratio is the median of the ratios within a round. */
export function printMeasurement(measurement: Measurement): string {
  const { variant, ruleCount, scriptBytes, cases } = measurement
  const runs = cases[yardstick].length
  return [
    `${ruleCount} rules, ${variant} (${runs} runs; the script has ${(scriptBytes / 1024).toFixed(0)} KiB)`,
    line('', ['x nft -f', 'median ms', 'min', 'max']),
    ...caseNames.map((name) => {
      const ratio = summarize(ratios(cases[name], cases[yardstick]))
      return line(name, [ratio.median.toFixed(2), ...milliseconds(summarize(cases[name]))])
    }),
    ...stageLines(measurement),
    '',
  ]
    .map((text) => `${text}\n`)
    .join('')
}

/** The stages of an apply into nothing, each as a part of the whole. */
function stageLines({ stages }: Measurement): readonly string[] {
  const totals = stages.map((round) => round.reduce((sum, { durationMs }) => sum + durationMs, 0))
  const names = (stages[0] ?? []).map(({ name }) => name)
  return [
    line('  in one apply into nothing', ['of total', 'median ms', 'min', 'max']),
    ...names.map((name, at) => {
      const durations = stages.map((round) => round[at]?.durationMs ?? 0)
      const share = `${(100 * summarize(ratios(durations, totals)).median).toFixed(0)} %`
      return line(`  ${name}`, [share, ...milliseconds(summarize(durations))])
    }),
  ]
}

function ratios(samples: readonly number[], yardsticks: readonly number[]): readonly number[] {
  return samples.map((sample, at) => sample / (yardsticks[at] ?? Number.NaN))
}

function milliseconds({ median, min, max }: Summary): readonly string[] {
  return [median, min, max].map((value) => value.toFixed(value < 10 ? 1 : 0))
}

function line(name: string, columns: readonly string[]): string {
  return `${name.padEnd(nameWidth)}${columns.map((column) => column.padStart(10)).join('')}`
}
