/** What the kernel lists of a table beside what was compiled. */

import { readTable } from '../../src/ruleset/read-table.ts'
import type { Ruleset } from '../../src/ruleset/ruleset.ts'

/** @throws Error with the text, when there is no table in it */
export function listing(text: string | undefined): Ruleset {
  const table = readTable(text ?? '')
  if (table === undefined) throw new Error(`no table: ${text}`)
  return table
}

/** Short where a whole table would bury the difference. Empty: they are equal. */
export function differingLines(actual: string, expected: string): readonly string[] {
  const [got, wanted] = [actual.split('\n'), expected.split('\n')]
  if (actual === expected) return []
  const [has, needs] = [new Set(got), new Set(wanted)]
  const lines = [
    ...got.filter((line) => !needs.has(line)).map((line) => `got     ${line.trim()}`),
    ...wanted.filter((line) => !has.has(line)).map((line) => `wanted  ${line.trim()}`),
  ]
  return lines.length === 0 ? ['the same lines in another order'] : lines
}
