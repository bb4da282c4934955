/** Reads what the annotations under `rampart/` say of warnings, and refuses those that say nothing. */

import { catalogue } from '../diagnostic/catalogue.ts'
import { type Checked, type Diagnostic, type DiagnosticCode, diagnose } from '../diagnostic/diagnostic.ts'
import { nearestName } from '../diagnostic/nearest-name.ts'
import type { LocatedDocument, Path } from '../document/located-document.ts'
import { annotationPrefix, expiryAnnotation, ownerAnnotation, silencePrefix } from '../policy/annotations.ts'
import type { Silence } from '../policy/silence.ts'
import { listAt, valueAt } from './value-at.ts'

/** Of the document and its rules. */
export function readSilences(document: LocatedDocument): Checked<readonly Silence[]> {
  const silences: Silence[] = []
  const diagnostics: Diagnostic[] = []
  for (const annotation of annotationsOf(document)) {
    const read = readAnnotation(annotation, document)
    if (read === undefined) continue
    if ('severity' in read) diagnostics.push(read)
    else silences.push(read)
  }
  return { value: silences, diagnostics }
}

interface Annotation {
  /** The root of the document, or a rule. */
  readonly at: Path
  readonly key: string
  /** What is not text was reported as such. */
  readonly value: string
}

function annotationsOf({ value }: LocatedDocument): readonly Annotation[] {
  const rules = ['ingress', 'egress'].flatMap((direction) =>
    listAt(value, ['spec', direction]).map((_, index): Path => ['spec', direction, index]),
  )
  return [[], ...rules].flatMap((at: Path) => {
    const annotations = valueAt(value, [...at, 'metadata', 'annotations'])
    if (typeof annotations !== 'object' || annotations === null) return []
    return Object.entries(annotations).flatMap(([key, text]) =>
      key.startsWith(annotationPrefix) && typeof text === 'string' ? [{ at, key, value: text }] : [],
    )
  })
}

/** Undefined for what others read. */
function readAnnotation({ at, key, value }: Annotation, document: LocatedDocument): Silence | Diagnostic | undefined {
  const place = [...at, 'metadata', 'annotations', key]
  const refuse = (message: string, what: 'key' | 'value') =>
    diagnose('invalid-annotation', { message, span: document.spanOf(place, what) })
  if (key === ownerAnnotation || key === expiryAnnotation) return undefined
  if (!key.startsWith(silencePrefix)) {
    const near = nearestName(key, [ownerAnnotation, expiryAnnotation])
    const right = near === undefined ? `known are ${known.join(', ')}` : `did you mean "${near}"?`
    return refuse(`there is no annotation "${key}": ${right}`, 'key')
  }
  const code = key.slice(silencePrefix.length)
  if (!isWarning(code)) return refuse(whyNoSilence(code), 'key')
  if (value.trim() === '') return refuse(`"${key}" gives no reason: say why the warning is accepted`, 'value')
  const scope = document.spanOf(at, 'value')
  return { code, reason: value.trim(), scope, span: document.spanOf(place, 'key') }
}

const known: readonly string[] = [ownerAnnotation, expiryAnnotation, `${silencePrefix}<code>`]

/** A silence that silences nothing is no warning to be silenced, but one to be removed. */
function isWarning(code: string): code is DiagnosticCode {
  return silenceable.some((name) => name === code)
}

const silenceable = Object.entries(catalogue).flatMap(([code, { severity }]) =>
  severity === 'warning' && code !== 'unused-silence' ? [code] : [],
)

function whyNoSilence(code: string): string {
  if (Object.hasOwn(catalogue, code)) {
    const what = code === 'unused-silence' ? 'is about silences' : 'is an error'
    return `"${code}" ${what} and cannot be silenced: mend what it points at`
  }
  const near = nearestName(code, silenceable)
  return `there is no warning "${code}": ${near === undefined ? 'rampart validate --explain lists all codes' : `did you mean "${near}"?`}`
}
