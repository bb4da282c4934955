/** What is wrong with a user's input, as data: a closed code, a message and the places it is about. */

import { catalogue } from './catalogue.ts'
import type { Span } from './source.ts'

export type DiagnosticCode = keyof typeof catalogue
export type Severity = 'error' | 'warning'

export interface Note {
  readonly span: Span
  readonly message: string
}

export interface Diagnostic {
  readonly code: DiagnosticCode
  readonly severity: Severity
  /** One line: what is wrong, the value quoted, a colon, what would be right; no full stop. */
  readonly message: string
  /** Absent only when the fault has no place in a file (an empty repository). */
  readonly span: Span | undefined
  /** Other places that belong to it, such as "first defined here". */
  readonly notes: readonly Note[]
}

/** The best value that could be built, and what is wrong with the input. */
export interface Checked<T> {
  readonly value: T
  readonly diagnostics: readonly Diagnostic[]
}

/** A diagnostic with the severity its code has in the catalogue. */
export function diagnose(
  code: DiagnosticCode,
  at: { readonly message: string; readonly span: Span | undefined; readonly notes?: readonly Note[] },
): Diagnostic {
  return { code, severity: catalogue[code].severity, message: at.message, span: at.span, notes: at.notes ?? [] }
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === 'error')
}

/** Source order: by path, then offset; what has no place comes first. The same input gives the same order. */
export function inSourceOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...diagnostics].sort((a, b) => {
    const paths = compareText(a.span?.source.path ?? '', b.span?.source.path ?? '')
    return paths || (a.span?.start ?? -1) - (b.span?.start ?? -1) || compareText(a.code, b.code)
  })
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
