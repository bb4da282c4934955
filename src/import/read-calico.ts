/** `calicoctl get -o yaml` -> the same documents, each in the file where people would look for it. */

import type { Source } from '../diagnostic/source.ts'
import type { LocatedDocument } from '../document/located-document.ts'
import { readYaml } from '../document/read-yaml.ts'
import { calicoVersion, isPolicyKind, refusedKinds } from '../policy/kinds.ts'
import { felixConfiguration } from '../schema/felix-configuration.ts'
import type { Loss } from './filter.ts'
import type { Document } from './policies.ts'
import type { Imported, ImportedFile } from './translate-filters.ts'

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

export function readCalico(sources: readonly Source[]): Imported {
  const losses: Loss[] = []
  const files = new Map<string, Document[]>()
  for (const document of sources.flatMap((source) => documentsOf(source, losses))) {
    const kept = carryOver(document, losses)
    if (kept === undefined) continue
    const path = pathOf(document)
    files.set(path, [...(files.get(path) ?? []), kept])
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

function carryOver(document: LocatedDocument, losses: Loss[]): Document | undefined {
  const { apiVersion, kind = '', name = '', value } = document
  const why = whyNotCarried(document)
  if (why !== undefined) {
    const effect = refusedKinds.has(kind) || kind === 'Profile' ? 'no packet' : 'may differ'
    losses.push({ effect, reason: `${kind} ${name}: ${why}`, span: document.spanOf(['kind'], 'value') })
    return undefined
  }
  const { metadata, spec, status: _, ...rest } = value as Readonly<Record<string, Readonly<Record<string, unknown>>>>
  const own = Object.fromEntries(Object.entries(metadata ?? {}).filter(([key]) => !serverSet.has(key)))
  const plain = { ...rest, apiVersion, kind, metadata: own }
  if (spec === undefined) return plain
  return { ...plain, spec: kind === 'FelixConfiguration' ? knownFields(document, spec, losses) : spec }
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

/** Fields that rampart would refuse are left out, one loss for each. */
function knownFields(
  document: LocatedDocument,
  spec: Readonly<Record<string, unknown>>,
  losses: Loss[],
): Readonly<Record<string, unknown>> {
  const known = new Set(Object.keys(felixConfiguration.properties.spec.properties))
  const unknown = Object.keys(spec).filter((field) => !known.has(field))
  for (const field of unknown)
    losses.push({
      effect: 'may differ',
      reason: `FelixConfiguration ${document.name}: rampart does not know ${field}`,
      span: document.spanOf(['spec', field], 'key'),
    })
  return Object.fromEntries(Object.entries(spec).filter(([field]) => known.has(field)))
}

function pathOf({ kind = '', name = 'unnamed', namespace }: LocatedDocument): string {
  const file = `${namespace === undefined ? '' : `${namespace}-`}${name}`.replaceAll(/[^A-Za-z0-9._-]/g, '-')
  return `${folders[kind] ?? 'policies'}/${file.replace(/^\.+/, '')}.yaml`
}
