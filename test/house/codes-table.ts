/** The README's table of all diagnostic codes, made from the catalogue. */

import { catalogue } from '../../src/diagnostic/catalogue.ts'
import { firstSentence } from '../../src/diagnostic/print-sarif.ts'

/** Where the table stands: in these comments. */
export const tableMarks = ['<!-- codes -->\n', '<!-- end of codes -->'] as const

/** Sorted by code, errors and warnings apart. */
export function printCodesTable(): string {
  const rows = (severity: 'error' | 'warning') =>
    Object.entries(catalogue)
      .filter(([, entry]) => entry.severity === severity)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(
        ([code, { explanation }]) =>
          `| \`${code}\` | ${severity} | ${firstSentence(explanation).replace(/\|/g, '\\|')} |\n`,
      )
  return `\n| code | | means |\n|---|---|---|\n${[...rows('error'), ...rows('warning')].join('')}\n`
}
