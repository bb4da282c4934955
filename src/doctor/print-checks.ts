/** Checks for people and for programs. */

import type { Style } from '../diagnostic/style.ts'
import type { Check, CheckStatus } from './check.ts'

/** One line a check, the status in front; a last line that counts. */
export function printChecks(checks: readonly Check[], style: Style): string {
  const paint: Readonly<Record<CheckStatus, (text: string) => string>> = {
    ok: style.green,
    warning: style.yellow,
    problem: style.red,
    'not checked': style.dim,
  }
  const nameWidth = Math.max(...checks.map(({ name }) => name.length))
  const lines = checks.map(({ name, status, finding, advice }) => {
    const text = advice === undefined ? finding : `${finding} -> ${style.bold(advice)}`
    return `${paint[status](status.padEnd('not checked'.length))}  ${name.padEnd(nameWidth)}  ${text}\n`
  })
  return `${lines.join('')}\n${summaryOf(checks)}\n`
}

function summaryOf(checks: readonly Check[]): string {
  const { problems, warnings, unchecked } = countChecks(checks)
  const parts = [
    plural(problems, 'problem'),
    plural(warnings, 'warning'),
    ...(unchecked === 0 ? [] : [`${unchecked} not checked`]),
  ]
  return parts.join(', ')
}

function plural(count: number, noun: string): string {
  return `${count === 0 ? 'no' : count} ${noun}${count === 1 ? '' : 's'}`
}

export interface CheckCounts {
  readonly problems: number
  readonly warnings: number
  readonly unchecked: number
}

export function countChecks(checks: readonly Check[]): CheckCounts {
  const count = (status: CheckStatus): number => checks.filter((check) => check.status === status).length
  return { problems: count('problem'), warnings: count('warning'), unchecked: count('not checked') }
}
