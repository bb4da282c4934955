/** Tells which documents of one file are ours, unfolds lists, and refuses wrong versions and mixtures. */

import { type Checked, type Diagnostic, diagnose } from '../diagnostic/diagnostic.ts'
import type { Source } from '../diagnostic/source.ts'
import type { LocatedDocument } from '../document/located-document.ts'
import { isRecognisedKind, versionOf } from '../policy/kinds.ts'

export interface SortedFile {
  readonly documents: readonly LocatedDocument[]
  readonly diagnostics: readonly Diagnostic[]
}

export function sortFile(source: Source, read: Checked<readonly LocatedDocument[]>): SortedFile {
  const all = read.value.flatMap(unfold)
  const ours = all.filter(isOurs)
  const others = all.filter((document) => !isOurs(document))
  if (ours.length === 0) return { documents: [], diagnostics: foreignFile(source, { read, others }) }
  const documents = ours.map((document) => (hasRightVersion(document) ? document : { ...document, damaged: true }))
  const diagnostics = [
    ...read.diagnostics,
    ...ours.filter((document) => !hasRightVersion(document)).map(wrongVersion),
    ...others.filter(({ damaged }) => !damaged).map((document) => intruder(document, ours)),
  ]
  return { documents, diagnostics }
}

/** The entries of a list, of a `*List` of ours or of a Kubernetes `List`; else the document itself. */
function unfold(document: LocatedDocument): readonly LocatedDocument[] {
  const { kind, value } = document
  if (Array.isArray(value)) return document.items()
  if (kind === undefined || !kind.endsWith('List') || !isMapping(value) || !Array.isArray(value.items))
    return [document]
  const isOwnList =
    isOurGroup(document.apiVersion) || isRecognisedKind(kind.slice(0, -'List'.length)) || kind === 'List'
  return isOwnList ? document.items() : [document]
}

/** A document is ours by its group or its kind, or when it has the parts of one and lacks only both of these. */
function isOurs(document: LocatedDocument): boolean {
  const { apiVersion, kind, value } = document
  if (isOurGroup(apiVersion) || (kind !== undefined && isRecognisedKind(kind))) return true
  return isMapping(value) && !('apiVersion' in value) && !('kind' in value) && 'metadata' in value && 'spec' in value
}

function isOurGroup(apiVersion: string | undefined): boolean {
  return /projectcalico|rampart/.test(apiVersion?.split('/', 1)[0] ?? '')
}

/** A missing version or kind is said where fields are checked. */
function hasRightVersion({ apiVersion, kind, value }: LocatedDocument): boolean {
  if (apiVersion === undefined) return true
  return apiVersion === versionOf(kind ?? '') || (kind === undefined && isMapping(value) && isOurGroup(apiVersion))
}

function wrongVersion(document: LocatedDocument): Diagnostic {
  const { apiVersion, kind } = document
  const right = versionOf(kind ?? '')
  const hint = apiVersion?.startsWith('crd.projectcalico.org/')
    ? `that is how Kubernetes stores it, export it with calicoctl as ${right}`
    : apiVersion?.startsWith('networking.k8s.io/')
      ? `Kubernetes' own policies are not read, only ${right}`
      : `write ${right}`
  const message = `the apiVersion ${JSON.stringify(apiVersion)} is not supported for kind ${kind ?? ''}: ${hint}`
  return diagnose('unsupported-version', { message, span: document.spanOf(['apiVersion'], 'value') })
}

/** What stands in a file of ours without being ours. */
function intruder(document: LocatedDocument, ours: readonly LocatedDocument[]): Diagnostic {
  const span = document.spanOf([], 'value')
  const { apiVersion, kind, value } = document
  if (!isMapping(value)) return notAnObject(document)
  if (apiVersion === undefined && kind === undefined) {
    return diagnose('missing-field', {
      message: 'apiVersion and kind are missing: every document starts with both',
      span,
    })
  }
  const name = JSON.stringify([apiVersion, kind].filter((word) => word !== undefined).join(' '))
  const notes = ours
    .slice(0, 1)
    .map((first) => ({ span: first.spanOf([], 'value'), message: 'a policy document is here' }))
  return diagnose('mixed-file', {
    message: `the document ${name} is not ours, but others in this file are: move it to a file of its own`,
    span,
    notes,
  })
}

function notAnObject(document: LocatedDocument): Diagnostic {
  const message = 'the document is a single value: a document is a mapping with apiVersion, kind, metadata and spec'
  return diagnose('not-an-object', { message, span: document.spanOf([], 'value') })
}

function foreignFile(
  source: Source,
  { read, others }: { readonly read: Checked<readonly LocatedDocument[]>; readonly others: readonly LocatedDocument[] },
): readonly Diagnostic[] {
  const single = read.value.filter(({ value, damaged }) => !damaged && !isMapping(value) && !Array.isArray(value))
  if (single.length > 0) return [...read.diagnostics, ...single.map(notAnObject)]
  if (read.diagnostics.some(({ code }) => code === 'yaml-syntax') || mentionsUs(source)) {
    if (read.diagnostics.length > 0) return read.diagnostics
  }
  const span = others[0]?.spanOf([], 'value') ?? { source, start: 0, end: 0 }
  const message =
    others.length === 0 ? 'the file holds no document' : 'the file holds no policy document and is not read'
  return [diagnose('foreign-file', { message, span })]
}

/** Tags and aliases are another system's own business, unless the file could have been meant for us. */
function mentionsUs({ text }: Source): boolean {
  return /projectcalico|rampart/.test(text)
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
