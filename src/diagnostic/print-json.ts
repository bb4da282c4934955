/** Prints diagnostics for programs, as plain values for JSON. */

import type { Diagnostic } from './diagnostic.ts'
import { positionOf, type Span } from './source.ts'

export interface JsonNote {
  readonly message: string
  readonly file: string
  readonly line: number
  readonly column: number
}

/** Line and column count from 1; null where the fault has no place in a file. */
export interface PlainDiagnostic {
  readonly code: string
  readonly severity: 'error' | 'warning'
  readonly message: string
  readonly file: string | null
  readonly line: number | null
  readonly column: number | null
}

/** What commands say of a policy as a whole. */
export interface DiagnosticsReport {
  readonly valid: boolean
  readonly errors: number
  readonly warnings: number
  readonly diagnostics: readonly (PlainDiagnostic & { readonly notes: readonly JsonNote[] })[]
}

/** In the order given. */
export function toDiagnosticsReport(diagnostics: readonly Diagnostic[]): DiagnosticsReport {
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length
  return {
    valid: errors === 0,
    errors,
    warnings: diagnostics.length - errors,
    diagnostics: diagnostics.map((diagnostic) => ({
      ...toPlainDiagnostic(diagnostic),
      notes: diagnostic.notes.map((note) => ({ message: note.message, ...placeOf(note.span) })),
    })),
  }
}

/** As the agent's status carries it (reconcile/agent-status.ts), without notes. */
export function toPlainDiagnostic({ code, severity, message, span }: Diagnostic): PlainDiagnostic {
  const place = span === undefined ? { file: null, line: null, column: null } : placeOf(span)
  return { code, severity, message, ...place }
}

function placeOf(span: Span): { readonly file: string; readonly line: number; readonly column: number } {
  return { file: span.source.path, ...positionOf(span) }
}
