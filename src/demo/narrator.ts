/** How the demo speaks: chapters, sentences, commands with their output, and a table of what is open. */

import { type ColorMode, createStyle } from '../diagnostic/style.ts'

export interface Narrator {
  chapter(title: string): void
  say(text: string): void
  /** A command as one would type it, then at most `limit` lines of what it printed. */
  command(typed: string, output: string, limit: number): void
  /** A statement that was put to the proof. */
  verdict(claim: Claim): void
  /** Columns are as wide as their widest cell; a cell is `true`, `false`, or text. Undefined: left empty. */
  table(heads: readonly string[], rows: readonly (readonly Cell[])[]): void
  /** Statements and cells that did not hold so far. */
  failures(): number
}

/** Shown with a tick or a cross before the text. */
export interface Claim {
  readonly holds: boolean
  readonly text: string
}

export type Cell = string | Claim

/** @param write takes whole lines, with their newline */
export function createNarrator(write: (text: string) => void, color: ColorMode): Narrator {
  const style = createStyle(color)
  const mark = ({ holds }: Claim) => (holds ? style.green('✓') : style.red('✗'))
  let chapters = 0
  let failed = 0
  const count = ({ holds }: Claim) => {
    if (!holds) failed += 1
  }
  return {
    chapter: (title) => {
      chapters += 1
      write(`\n${style.bold(`${chapters}. ${title}`)}\n`)
    },
    say: (text) => write(`   ${text}\n`),
    command: (typed, output, limit) => {
      write(`   ${style.yellow('$')} ${style.bold(typed)}\n`)
      const lines = output.split('\n').filter((line) => line.trim() !== '')
      for (const line of lines.slice(0, limit)) write(`     ${style.dim(line)}\n`)
      if (lines.length > limit) write(`     ${style.dim(`... ${lines.length - limit} more`)}\n`)
    },
    verdict: (claim) => {
      count(claim)
      write(`   ${mark(claim)} ${claim.text}\n`)
    },
    table: (heads, rows) => {
      for (const cell of rows.flat()) if (typeof cell !== 'string') count(cell)
      const widths = heads.map((head, column) =>
        Math.max(head.length, ...rows.map((row) => plainText(row[column] ?? '').length)),
      )
      const pad = (text: string, column: number) => ' '.repeat((widths[column] ?? 0) - text.length + 2)
      const shown = (cell: Cell) => (typeof cell === 'string' ? cell : `${mark(cell)} ${cell.text}`)
      write(
        `   ${heads
          .map((head, column) => style.dim(head) + pad(head, column))
          .join('')
          .trimEnd()}\n`,
      )
      for (const row of rows) {
        write(
          `   ${row
            .map((cell, column) => shown(cell) + pad(plainText(cell), column))
            .join('')
            .trimEnd()}\n`,
        )
      }
    },
    failures: () => failed,
  }
}

function plainText(cell: Cell): string {
  return typeof cell === 'string' ? cell : `✓ ${cell.text}`
}
