/** What a document defines by its kind and name, whether or not it can be used. */

import type { Span } from '../diagnostic/source.ts'
import type { LocatedDocument } from '../document/located-document.ts'
import { isNamespacedKind, type PolicyKind } from '../policy/kinds.ts'
import { compareNames, defaultNamespace } from '../policy/resource.ts'
import type { PolicyResource } from './read-resource.ts'

/** Faulty, damaged or without effect; what refers to it does not miss it. */
export interface Unusable {
  readonly isUnusable: true
  readonly kind: PolicyKind
  readonly name: string
  readonly namespace: string | undefined
  /** Of the document's `metadata.name`. */
  readonly span: Span
}

export type Definition = PolicyResource | Unusable

/** Undefined for a document without a name. */
export function unusableDefinition(document: LocatedDocument, kind: PolicyKind): Unusable | undefined {
  const { name } = document
  if (name === undefined) return undefined
  const namespace = isNamespacedKind(kind) ? document.namespace || defaultNamespace : undefined
  return { isUnusable: true, kind, name, namespace, span: document.spanOf(['metadata', 'name'], 'value') }
}

export function isUsable<Resource extends PolicyResource>(definition: Resource | Unusable): definition is Resource {
  return !('isUnusable' in definition)
}

/** '' for the global kinds. */
function namespaceOf(definition: Definition): string {
  return 'namespace' in definition ? (definition.namespace ?? '') : ''
}

/** By name, then by namespace: 0 for two that define the same, if they are of one list of the policy set. */
export function compareIdentities(a: Definition, b: Definition): number {
  return compareNames(a.name, b.name) || compareNames(namespaceOf(a), namespaceOf(b))
}
