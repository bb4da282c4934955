/** A document under validation: its value as its schema types it, and where findings about it are put. */

import { type Diagnostic, type DiagnosticCode, diagnose, type Note } from '../diagnostic/diagnostic.ts'
import type { LocatedDocument, Path } from '../document/located-document.ts'
import type { PathSet } from './path-set.ts'

export interface Finding {
  readonly at: Path
  /** What is marked: the key, for what is wrong about a field as a whole; by default the value. */
  readonly mark?: 'key' | 'value'
  readonly message: string
  readonly notes?: readonly Note[]
}

export interface Subject<Value> {
  readonly document: LocatedDocument
  /** Typed by the schema; what is not sound may be of any other type. */
  readonly value: Value
  /** Whether the schema found nothing wrong with the types at, below and above the path; only then may its value be used. */
  isSound(path: Path): boolean
  report(code: DiagnosticCode, finding: Finding): void
  add(diagnostic: Diagnostic): void
}

/** What the checks of one document share. `diagnostics` grows with every report. */
export function subjectOf<Value>(
  document: LocatedDocument,
  value: Value,
  found: { readonly unsound: PathSet; readonly diagnostics: Diagnostic[] },
): Subject<Value> {
  const { unsound } = found
  return {
    document,
    value,
    isSound: (path) => unsound.size === 0 || !(unsound.holdsBelow(path) || unsound.holdsAbove(path)),
    add: (diagnostic) => void found.diagnostics.push(diagnostic),
    report(code, { at, mark = 'value', message, notes = [] }) {
      found.diagnostics.push(diagnose(code, { message: oneLine(message), notes, span: document.spanOf(at, mark) }))
    },
  }
}

/** As in `spec.ingress[0].source`; keys that are no plain word in quotes. */
export function printPath(path: Path): string {
  const parts = path.map((step) => {
    if (typeof step === 'number') return `[${step}]`
    return /^\w+$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`
  })
  return parts.join('').replace(/^\./, '')
}

const longest = 400

/** A value that a message quotes may be as long as a file. */
export function oneLine(message: string): string {
  const line = message.replace(/\s*[\r\n]\s*/g, ' ')
  return line.length > longest ? `${line.slice(0, longest - 3)}...` : line
}
