/** Validates one document: gives what it defines, and everything that is wrong with it by itself. */

import { type Checked, type Diagnostic, diagnose } from '../diagnostic/diagnostic.ts'
import { nearestName } from '../diagnostic/nearest-name.ts'
import type { LocatedDocument } from '../document/located-document.ts'
import { calicoVersion, isPolicyKind, policyKinds, refusedKinds, versionOf } from '../policy/kinds.ts'
import { type PolicyResource, readResource } from './read-resource.ts'

/** Whole only without errors; undefined for what has no effect. @param document not damaged */
export function validateDocument(document: LocatedDocument): Checked<PolicyResource | undefined> {
  const { apiVersion, kind, value } = document
  const whole = document.spanOf([], 'value')
  const refuse = (diagnostic: Diagnostic) => ({ value: undefined, diagnostics: [diagnostic] })
  if (typeof value !== 'object' || value === null) {
    const message = 'the document is a single value: a document is a mapping with apiVersion, kind, metadata and spec'
    return refuse(diagnose('not-an-object', { message, span: whole }))
  }
  const absent = ['apiVersion', 'kind'].filter((field) => !Object.hasOwn(value, field))
  if (absent.length > 0) return refuse(diagnose('missing-field', { message: missing(absent, document), span: whole }))
  if (kind === undefined || apiVersion === undefined) {
    const field = kind === undefined ? 'kind' : 'apiVersion'
    return refuse(
      diagnose('wrong-type', {
        message: `${field} is not text: write a word`,
        span: document.spanOf([field], 'value'),
      }),
    )
  }
  return isPolicyKind(kind) ? readResource(document, kind) : refuse(refusal(document, kind))
}

function missing(absent: readonly string[], { kind }: LocatedDocument): string {
  if (absent.length > 1)
    return `apiVersion and kind are missing: a policy document starts with apiVersion: ${calicoVersion} and its kind`
  if (absent[0] === 'kind') return `the document lacks the field "kind": it is one of ${policyKinds.join(', ')}`
  return `the document lacks the field "apiVersion": write apiVersion: ${versionOf(kind ?? '')}`
}

function refusal(document: LocatedDocument, kind: string): Diagnostic {
  const span = document.spanOf(['kind'], 'value')
  const why = refusedKinds.get(kind)
  if (why !== undefined) return diagnose('unsupported-kind', { message: `the kind ${kind} is refused: ${why}`, span })
  if (kind.endsWith('List') && isPolicyKind(kind.slice(0, -'List'.length))) {
    return diagnose('missing-field', { message: `the ${kind} has no list in the field "items": it is required`, span })
  }
  const near = nearestName(kind, [...policyKinds, ...refusedKinds.keys()])
  const right = near === undefined ? `known are ${policyKinds.join(', ')}` : `did you mean ${near}?`
  return diagnose('unknown-kind', { message: `there is no kind "${kind}": ${right}`, span })
}
