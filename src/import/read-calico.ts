/** `calicoctl get -o yaml` -> the same documents, each in the file where people would look for it. */

import type { Diagnostic } from '../diagnostic/diagnostic.ts'
import type { Source } from '../diagnostic/source.ts'
import type { LocatedDocument } from '../document/located-document.ts'
import { printYaml } from '../document/print-yaml.ts'
import { readYaml } from '../document/read-yaml.ts'
import { calicoVersion, isPolicyKind, refusedKinds } from '../policy/kinds.ts'
import type { Loss } from './filter.ts'
import type { Document } from './policies.ts'
import type { Imported, ImportedFile } from './translate-filters.ts'
import { placeOf } from './write-rule.ts'

const folders: Readonly<Record<string, string>> = {
  HostEndpoint: 'hosts',
  WorkloadEndpoint: 'hosts',
  GlobalNetworkSet: 'sets',
  NetworkSet: 'sets',
  Profile: 'profiles',
  FelixConfiguration: 'config',
  Tier: 'config',
}

/** What the server writes into metadata. */
const serverSet: ReadonlySet<string> = new Set([
  'uid',
  'resourceVersion',
  'creationTimestamp',
  'generation',
  'managedFields',
  'selfLink',
])

/** What `validate` says of a file. */
export type Check = (file: { readonly path: string; readonly text: string }) => readonly Diagnostic[]

/**
 * Nothing but what the server set, and settings that rampart refuses, is left out of a document that is carried over. A text says why
 * there is none.
 */
export function readCalico(sources: readonly Source[], check: Check): Imported | string {
  const losses: Loss[] = []
  const files = new Map<string, Document[]>()
  for (const document of sources.flatMap((source) => documentsOf(source, losses))) {
    const kept = carryOver(document, check, losses)
    if (kept === undefined) continue
    const path = pathOf(document)
    files.set(path, [...(files.get(path) ?? []), kept])
  }
  if (files.size === 0) {
    const [first] = losses
    const place = first?.span === undefined ? sources[0]?.path : placeOf(first.span)
    return `${place}: ${first?.reason ?? 'there is no document in it'}: give all that calicoctl get -o yaml prints`
  }
  return { files: [...files].map(([path, documents]): ImportedFile => ({ path, documents })), losses }
}

function documentsOf(source: Source, losses: Loss[]): readonly LocatedDocument[] {
  const { value, diagnostics } = readYaml(source)
  for (const { message, span } of diagnostics)
    losses.push({ effect: 'may differ', reason: message, span: span ?? { source, start: 0, end: 0 } })
  return value
    .filter(({ damaged }) => !damaged)
    .flatMap((document) => (isList(document) ? document.items() : [document]))
}

function isList({ kind, value }: LocatedDocument): boolean {
  return Array.isArray(value) || (kind?.endsWith('List') ?? false)
}

function carryOver(document: LocatedDocument, check: Check, losses: Loss[]): Document | undefined {
  const { apiVersion, kind = '', name = '', value } = document
  const why = whyNotCarried(document)
  if (why !== undefined) {
    const effect = refusedKinds.has(kind) || kind === 'Profile' ? 'no packet' : 'may differ'
    losses.push({
      effect,
      reason: `${kind === '' ? 'a document without a kind' : `${kind} ${name}`}: ${why}`,
      span: document.spanOf(['kind'], 'value'),
    })
    return undefined
  }
  const { metadata, spec, status: _, ...rest } = value as Readonly<Record<string, Readonly<Record<string, unknown>>>>
  const own = Object.fromEntries(Object.entries(metadata ?? {}).filter(([key]) => !serverSet.has(key)))
  const plain = { ...rest, apiVersion, kind, metadata: own }
  if (spec === undefined) return plain
  return kind === 'FelixConfiguration'
    ? withoutRefused({ ...plain, spec }, document, { check, losses })
    : { ...plain, spec }
}

function whyNotCarried({ apiVersion, kind = '', name = '' }: LocatedDocument): string | undefined {
  const refused = refusedKinds.get(kind)
  if (refused !== undefined) return refused.replace(/; remove the document$/, '')
  if (!isPolicyKind(kind)) return 'rampart has no such kind'
  if (apiVersion !== calicoVersion)
    return `its apiVersion is ${apiVersion}: export it with calicoctl as ${calicoVersion}`
  if (kind === 'Profile' && name === 'projectcalico-default-allow') return 'rampart has it built in'
  if (kind === 'Tier' && (name === 'kube-admin' || name === 'kube-baseline'))
    return 'it belongs to a Kubernetes cluster'
  return undefined
}

/** Settings that rampart would refuse are left out, one loss for each; what a setting does not do, no packet misses before it is set. */
function withoutRefused(
  written: Document & { readonly spec: Readonly<Record<string, unknown>> },
  document: LocatedDocument,
  { check, losses }: { readonly check: Check; readonly losses: Loss[] },
): Document {
  const faults = check({ path: pathOf(document), text: printYaml([written]) }).filter(
    ({ severity }) => severity === 'error',
  )
  const refused = new Map(
    faults.flatMap(({ span, message }): [string, string][] =>
      span === undefined ? [] : [[span.source.text.slice(span.start, span.end), message]],
    ),
  )
  const fields = Object.entries(written.spec)
  for (const [field] of fields.filter(([name]) => refused.has(name)))
    losses.push({
      effect: 'may differ',
      reason: `FelixConfiguration ${document.name}: ${refused.get(field)}`,
      span: document.spanOf(['spec', field], 'key'),
    })
  return { ...written, spec: Object.fromEntries(fields.filter(([field]) => !refused.has(field))) }
}

function pathOf({ kind = '', name = 'unnamed', namespace }: LocatedDocument): string {
  const file = `${namespace === undefined ? '' : `${namespace}-`}${name}`.replaceAll(/[^A-Za-z0-9._-]/g, '-')
  return `${folders[kind] ?? 'policies'}/${file.replace(/^\.+/, '')}.yaml`
}
