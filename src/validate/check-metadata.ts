/** Checks name, labels and annotations of any document. */

import type { Labels } from '../policy/resource.ts'
import type { MetadataDocument } from '../schema/metadata.ts'
import { type Reservation, readLabels } from './check-labels.ts'
import { whyNoLabelKey, whyNoName, whyNoPolicyName } from './names.ts'
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
  const why = kind === 'GlobalNetworkPolicy' ? whyNoPolicyName(name) : whyNoName(name)
  if (why !== undefined) {
    const shown = name.length > 60 ? `${name.slice(0, 57)}...` : name
    subject.report('invalid-name', { at: ['metadata', 'name'], message: `the name "${shown}" is not valid: ${why}` })
  }
  checkAnnotations(subject)
  const at = ['metadata', 'labels']
  const isMapping = typeof labels === 'object' && labels !== null
  return readLabels(subject, { at, labels: isMapping ? labels : undefined, reservation })
}

function checkAnnotations(subject: Subject<{ readonly metadata: MetadataDocument }>): void {
  const at = ['metadata', 'annotations']
  if (!subject.isSound(at)) return
  let bytes = 0
  for (const [key, value] of Object.entries(subject.value.metadata.annotations ?? {})) {
    bytes += encoder.encode(key).length + encoder.encode(value).length
    const why = whyNoLabelKey(key.toLowerCase())
    if (why !== undefined)
      subject.report('invalid-label', {
        at: [...at, key],
        mark: 'key',
        message: `the annotation "${key}" is not valid: ${why}`,
      })
  }
  if (bytes > maxAnnotationBytes) {
    subject.report('invalid-value', {
      at,
      mark: 'key',
      message: `the annotations have ${bytes} bytes: at most ${maxAnnotationBytes} in all`,
    })
  }
}
