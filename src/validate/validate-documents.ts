/** Validates the documents of one revision: gives the policy that could be read, and everything that is wrong with it. */

import { type Checked, type Diagnostic, diagnose, hasErrors, inSourceOrder } from '../diagnostic/diagnostic.ts'
import { nearestName } from '../diagnostic/nearest-name.ts'
import type { LocatedDocument } from '../document/located-document.ts'
import { calicoVersion, isPolicyKind, policyKinds, refusedKinds, versionOf } from '../policy/kinds.ts'
import type { PolicySet } from '../policy/policy-set.ts'
import { findDuplicateNames } from './duplicate-names.ts'
import { findMissingPortNames } from './missing-port-names.ts'
import { findMissingProfiles } from './missing-profiles.ts'
import { findMissingTiers } from './missing-tiers.ts'
import { policySetOf } from './policy-set-of.ts'
import { type PolicyResource, readResource } from './read-resource.ts'
import { readSilences } from './read-silences.ts'
import { findTestsWithoutHosts, findUnknownTestHosts } from './unknown-test-hosts.ts'
import { findUntrackedStarEndpoints } from './untracked-star-endpoints.ts'

/** Diagnostics are in source order. What is faulty is left out of the policy; of things defined twice the first counts. */
export function validateDocuments(documents: readonly LocatedDocument[]): Checked<PolicySet> {
  const known = documents.filter(({ kind }) => kind !== undefined && isPolicyKind(kind))
  const diagnostics: Diagnostic[] = []
  const resources: PolicyResource[] = []
  for (const document of documents) {
    if (document.damaged) continue
    const { value, diagnostics: found } = validateDocument(document)
    for (const diagnostic of found) diagnostics.push(diagnostic)
    if (value !== undefined && !hasErrors(found)) resources.push(value)
  }
  const silences = readSilences(known)
  const policySet = policySetOf(resources, silences.value)
  const across = [
    silences.diagnostics,
    findDuplicateNames(known),
    findMissingProfiles(known),
    findMissingTiers(known),
    findMissingPortNames(known),
    findUntrackedStarEndpoints(policySet),
    findUnknownTestHosts(policySet, known),
    findTestsWithoutHosts(policySet),
  ]
  return { value: policySet, diagnostics: inSourceOrder([...diagnostics, ...across.flat()]) }
}

function validateDocument(document: LocatedDocument): Checked<PolicyResource | undefined> {
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
