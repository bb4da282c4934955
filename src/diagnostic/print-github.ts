/** Prints diagnostics as workflow commands, which GitHub Actions shows at the lines of a pull request. */

import type { Diagnostic } from './diagnostic.ts'
import { endOf, positionOf } from './source.ts'

/**
 * One line each, in the order given; '' when there is nothing to say. GitHub wants paths from the root of its checkout.
 * @param prefix leads from there to the policy: '' or with a slash at the end
 * @see https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
export function printDiagnosticsGithub(diagnostics: readonly Diagnostic[], prefix: string): string {
  return diagnostics.map((diagnostic) => `${printCommand(diagnostic, prefix)}\n`).join('')
}

function printCommand({ code, severity, message, span, notes }: Diagnostic, prefix: string): string {
  const place = span === undefined ? [] : placeOf(span, prefix)
  const properties = [...place, `title=${escapeProperty(code)}`].join(',')
  const lines = notes.map((note) => {
    const { line, column } = positionOf(note.span)
    return `\n${note.message}: ${prefix}${note.span.source.path}:${line}:${column}`
  })
  return `::${severity} ${properties}::${escapeData(message + lines.join(''))}`
}

/** GitHub takes columns only for what stands on one line. */
function placeOf(span: NonNullable<Diagnostic['span']>, prefix: string): readonly string[] {
  const start = positionOf(span)
  const end = endOf(span)
  const file = `file=${escapeProperty(prefix + span.source.path)}`
  if (end.line !== start.line) return [file, `line=${start.line}`, `endLine=${end.line}`]
  return [file, `line=${start.line}`, `col=${start.column}`, `endColumn=${end.column}`]
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
