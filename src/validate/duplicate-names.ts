/** Finds documents that define the same thing. */

import { type Diagnostic, diagnose } from '../diagnostic/diagnostic.ts'
import type { LocatedDocument } from '../document/located-document.ts'
import { isNamespacedKind } from '../policy/kinds.ts'
import { defaultNamespace } from '../policy/resource.ts'

/** One diagnostic for each further definition, pointing at the first one too. Damaged documents count. */
export function findDuplicateNames(documents: readonly LocatedDocument[]): readonly Diagnostic[] {
  const first = new Map<string, LocatedDocument>()
  const found: Diagnostic[] = []
  for (const document of documents) {
    const { kind, name } = document
    if (kind === undefined || name === undefined) continue
    const namespace = isNamespacedKind(kind) ? document.namespace || defaultNamespace : undefined
    const identity = [kind, namespace, name].join('/')
    const earlier = first.get(identity)
    if (earlier === undefined) {
      first.set(identity, document)
      continue
    }
    const notes = [{ span: earlier.spanOf(['metadata', 'name'], 'value'), message: 'first defined here' }]
    const place = namespace === undefined ? '' : ` of the namespace "${namespace}"`
    const message = `the ${kind} "${name}"${place} is defined twice: rename or remove one`
    found.push(diagnose('duplicate-name', { message, span: document.spanOf(['metadata', 'name'], 'value'), notes }))
  }
  return found
}
