/** What every resource of a policy repository has: its identity and its place. */

import type { Span } from '../diagnostic/source.ts'

/** Unique within a revision; of namespaced kinds within their namespace. */
export interface ResourceId {
  readonly kind: string
  readonly name: string
}

export interface Resource extends ResourceId {
  /** Of the document's `metadata.name`. */
  readonly span: Span
}

/** `GlobalNetworkPolicy/web`; of namespaced kinds `NetworkPolicy/shop/web`. */
export function printResource({
  kind,
  namespace,
  name,
}: ResourceId & { readonly namespace?: string | undefined }): string {
  return namespace === undefined ? `${kind}/${name}` : `${kind}/${namespace}/${name}`
}

export type Labels = ReadonlyMap<string, string>

export function sameLabels(a: Labels, b: Labels): boolean {
  return a === b || (a.size === b.size && [...a].every(([label, value]) => b.get(label) === value))
}

/** Plain byte order of UTF-8 text, the order of every list that is sorted by name. */
export function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** The namespace of namespaced documents that name none. */
export const defaultNamespace = 'default'

/** The label that the namespace of a workload endpoint or network set becomes. */
export const namespaceLabel = 'projectcalico.org/namespace'
