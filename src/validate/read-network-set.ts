/** Reads a GlobalNetworkSet or NetworkSet. */

import type { NetworkSet } from '../policy/network-set.ts'
import { type Labels, namespaceLabel } from '../policy/resource.ts'
import type { NetworkSetDocument } from '../schema/network-set.ts'
import { readMetadata, readNamespace } from './check-metadata.ts'
import { exact } from './exact.ts'
import { readSetNets } from './read-nets.ts'
import type { Subject } from './subject.ts'

/** Whole only when nothing was reported; what the profile of its namespace gives it is added elsewhere. */
export function readNetworkSet(subject: Subject<NetworkSetDocument>, kind: NetworkSet['kind']): NetworkSet {
  const labels = readMetadata(subject, kind, 'namespace')
  const { metadata, spec } = subject.value
  const namespace = readNamespace(subject, kind)
  return {
    kind,
    name: metadata.name,
    span: subject.document.spanOf(['metadata', 'name'], 'value'),
    namespace,
    labels: namespace === undefined ? labels : withNamespace(labels, namespace),
    nets: Array.isArray(spec.nets) ? exact(readSetNets(subject, ['spec', 'nets'], spec.nets)) : [],
  }
}

function withNamespace(labels: Labels, namespace: string): Labels {
  return new Map([...labels, [namespaceLabel, namespace]])
}
