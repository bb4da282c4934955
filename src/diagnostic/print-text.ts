/** Prints diagnostics for people: place, message, the line with a mark under the fault, notes, and a count at the end. */

import type { Diagnostic, Note } from './diagnostic.ts'
import { lineOf, positionOf, type Span } from './source.ts'
import { createStyle, type Style } from './style.ts'

/** Ends with a line break; '' when there is nothing to say. */
export function printDiagnosticsText(diagnostics: readonly Diagnostic[], options: { readonly color: boolean }): string {
  if (diagnostics.length === 0) return ''
  const style = createStyle(options.color ? 'color' : 'plain')
  const parts = diagnostics.map((diagnostic) => printDiagnostic(diagnostic, style))
  return `${parts.join('\n\n')}\n\n${printSummary(diagnostics, style)}\n`
}

/** `3 errors and 1 warning in 2 files`. */
function printSummary(diagnostics: readonly Diagnostic[], style: Style): string {
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length
  const warnings = diagnostics.length - errors
  const files = new Set(diagnostics.flatMap(({ span }) => (span === undefined ? [] : [span.source.path]))).size
  const counts = [
    ...(errors > 0 ? [style.red(count(errors, 'error'))] : []),
    ...(warnings > 0 ? [style.yellow(count(warnings, 'warning'))] : []),
  ]
  return `${counts.join(' and ')}${files > 0 ? ` in ${count(files, 'file')}` : ''}`
}

function printDiagnostic({ code, severity, message, span, notes }: Diagnostic, style: Style): string {
  const mark = (text: string) => style.bold(severity === 'error' ? style.red(text) : style.yellow(text))
  const head = `${mark(`${severity}[${code}]`)}: ${style.bold(visible(message))}`
  if (span === undefined) return head
  return [
    `${printPlace(span)}: ${head}`,
    printExcerpt(span, mark, style),
    ...notes.map((note) => printNote(note, style)),
  ].join('\n')
}

function printNote({ span, message }: Note, style: Style): string {
  return `  ${style.dim('note:')} ${printPlace(span)}: ${visible(message)}\n${printExcerpt(span, style.dim, style)}`
}

/** `file:line:column`, clickable in most terminals. */
function printPlace(span: Span): string {
  const { line, column } = positionOf(span)
  return `${visible(span.source.path)}:${line}:${column}`
}

/** At most this much of a line is shown, around the fault. */
const excerptWidth = 100

/**
 *    12 |   selector: role = 'web'
 *       |                  ^
 */
function printExcerpt(span: Span, mark: (text: string) => string, style: Style): string {
  const { line, column } = positionOf(span)
  const text = lineOf(span.source, line)
  const from = column - 1 > excerptWidth - 30 ? column - 31 : 0
  const shown = text.slice(from, from + excerptWidth)
  const before = shown.slice(0, column - 1 - from)
  const length = Math.max(1, Math.min(span.end - span.start, shown.length - before.length))
  const number = String(line).padStart(5)
  const head = from > 0 ? '…' : ''
  const tail = from + excerptWidth < text.length ? '…' : ''
  const blank = ' '.repeat(width(head + before))
  const carets = '^'.repeat(Math.max(1, width(shown.slice(before.length, before.length + length))))
  return [
    `${style.dim(`${number} |`)} ${head}${visible(shown)}${tail}`.trimEnd(),
    `${style.dim(`${' '.repeat(5)} |`)} ${blank}${mark(carets)}`,
  ].join('\n')
}

/** Text from a repository must not steer the terminal. */
function visible(text: string): string {
  return [...text]
    .map((character) => (isControl(character) ? '\ufffd' : character))
    .join('')
    .replaceAll('\t', ' ')
}

/** Control characters (Cc), and those that reorder what follows (in Cf), but not the tab. */
function isControl(character: string): boolean {
  return character !== '\t' && /[\p{Cc}\p{Cf}]/u.test(character)
}

const wide = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60]|\p{Emoji_Presentation}/u

/** Columns on a terminal: wide East Asian characters and emoji take two, combining marks none. */
function width(text: string): number {
  let columns = 0
  for (const character of text) {
    if (/\p{Mark}/u.test(character)) continue
    columns += wide.test(character) ? 2 : 1
  }
  return columns
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`
}
