/** Stages of the same work in several rounds -> lines for people: each as a part of the whole, and in milliseconds. */

import type { StageTime } from './stage-time.ts'
import { summarize } from './statistics.ts'

/** Lines with a line feed each. A stage that a round did not come to took no time. */
export function printStages(title: string, rounds: readonly (readonly StageTime[])[]): string {
  const totals = rounds.map((round) => round.reduce((sum, { durationMs }) => sum + durationMs, 0))
  const names = [...new Set(rounds.flatMap((round) => round.map(({ name }) => name)))]
  return [
    line(title, ['of total', 'median ms', 'min', 'max']),
    ...names.map((name) => {
      const durations = rounds.map((round) => round.find((stage) => stage.name === name)?.durationMs ?? 0)
      const share = summarize(durations.map((duration, round) => duration / (totals[round] ?? Number.NaN))).median
      const { median, min, max } = summarize(durations)
      return line(`  ${name}`, [`${(100 * share).toFixed(0)} %`, ...[median, min, max].map(printMs)])
    }),
  ].join('')
}

function printMs(value: number): string {
  return value.toFixed(value < 10 ? 1 : 0)
}

function line(name: string, cells: readonly string[]): string {
  return `${name.padEnd(56)}${cells.map((cell) => cell.padStart(10)).join('')}\n`
}
