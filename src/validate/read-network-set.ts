/** Reads a GlobalNetworkSet. */

import type { NetworkSet } from '../policy/network-set.ts'
import type { GlobalNetworkSetDocument } from '../schema/global-network-set.ts'
import { readMetadata } from './check-metadata.ts'
import { readSetNets } from './read-nets.ts'
import type { Subject } from './subject.ts'

/** Whole only when nothing was reported. */
export function readNetworkSet(subject: Subject<GlobalNetworkSetDocument>): NetworkSet {
  const labels = readMetadata(subject, 'GlobalNetworkSet', 'namespace')
  const { metadata, spec } = subject.value
  return {
    kind: 'GlobalNetworkSet',
    name: metadata.name,
    span: subject.document.spanOf(['metadata', 'name'], 'value'),
    labels,
    nets: Array.isArray(spec.nets) ? readSetNets(subject, ['spec', 'nets'], spec.nets) : [],
  }
}
