/** Checks name, labels and annotations of any document. */

import type { Path } from '../document/located-document.ts'
import { isNamespacedKind } from '../policy/kinds.ts'
import { defaultNamespace, type Labels } from '../policy/resource.ts'
import type { MetadataDocument, NamespacedMetadataDocument } from '../schema/metadata.ts'
import { type Reservation, readLabels } from './check-labels.ts'
import { whyNoLabelKey, whyNoNameOf, whyNoSingleLabel } from './names.ts'
import { hasExpiry, refuseExpiry } from './read-expiry.ts'
import type { Subject } from './subject.ts'

const maxAnnotationBytes = 256 * 1024
const encoder = new TextEncoder()

/** Reports what is wrong and gives the labels. */
export function readMetadata(
  subject: Subject<{ readonly metadata: MetadataDocument }>,
  kind: string,
  reservation: Reservation,
): Labels {
  if (!subject.isSound(['metadata', 'name'])) return new Map()
  const { name, labels } = subject.value.metadata
  const why = whyNoNameOf(kind, name)
  if (why !== undefined) {
    const shown = name.length > 60 ? `${name.slice(0, 57)}...` : name
    subject.report('invalid-name', { at: ['metadata', 'name'], message: `the name "${shown}" is not valid: ${why}` })
  }
  checkAnnotations(subject, kind)
  const at = ['metadata', 'labels']
  const isMapping = typeof labels === 'object' && labels !== null
  return readLabels(subject, { at, labels: isMapping ? labels : undefined, reservation })
}

/** The namespace of a document of a namespaced kind; undefined for the global kinds. */
export function readNamespace(
  subject: Subject<{ readonly metadata: NamespacedMetadataDocument }>,
  kind: string,
): string | undefined {
  if (!isNamespacedKind(kind)) return undefined
  const at = ['metadata', 'namespace']
  const { namespace } = subject.value.metadata
  if (!subject.isSound(at) || namespace === undefined || namespace === '') return defaultNamespace
  const why = whyNoSingleLabel(namespace)
  if (why !== undefined)
    subject.report('invalid-name', { at, message: `the namespace "${namespace}" is not valid: ${why}` })
  return namespace
}

function checkAnnotations(subject: Subject<{ readonly metadata: MetadataDocument }>, kind: string): void {
  const at = ['metadata', 'annotations']
  const { annotations } = subject.value.metadata
  readAnnotations(subject, at, annotations)
  if (hasRules(kind) || !hasExpiry(subject, at, annotations)) return
  refuseExpiry(subject, at, `means nothing on a ${kind}: only what policies and profiles allow can expire`)
}

function hasRules(kind: string): boolean {
  return kind === 'Profile' || kind.endsWith('NetworkPolicy')
}

/** Of a document or of a rule. */
export function readAnnotations(
  subject: Subject<unknown>,
  at: Path,
  annotations: Readonly<Record<string, string>> | undefined,
): ReadonlyMap<string, string> {
  if (annotations === undefined || !subject.isSound(at)) return noAnnotations
  const read = new Map<string, string>()
  for (const [key, value] of Object.entries(annotations)) {
    const why = whyNoLabelKey(key.toLowerCase())
    if (why !== undefined)
      subject.report('invalid-label', {
        at: [...at, key],
        mark: 'key',
        message: `the annotation "${key}" is not valid: ${why}`,
      })
    read.set(key, value)
  }
  const bytes = sizeOf(read)
  if (bytes > maxAnnotationBytes) {
    subject.report('invalid-value', {
      at,
      mark: 'key',
      message: `the annotations have ${bytes} bytes: at most ${maxAnnotationBytes} in all`,
    })
  }
  return read
}

/** Most rules have none, and there are very many rules. */
const noAnnotations: ReadonlyMap<string, string> = new Map()

/** Exact where it could be too much. */
function sizeOf(annotations: ReadonlyMap<string, string>): number {
  let characters = 0
  for (const [key, value] of annotations) characters += key.length + value.length
  // at most three bytes for each
  if (characters * 3 <= maxAnnotationBytes) return characters
  return [...annotations].flat().reduce((sum, text) => sum + encoder.encode(text).length, 0)
}
