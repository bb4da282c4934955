/** Fields that exist in Calico and are not enforced here: why each is refused, or that it is ignored. */

import type { Path } from '../document/located-document.ts'
import { isNamespacedKind } from '../policy/kinds.ts'
import type { Description } from './describe-fault.ts'
import { findParameterRefusal } from './felix-parameters.ts'
import { printPath } from './subject.ts'

const inRule: ReadonlyMap<string, string> = new Map([['http', 'rampart filters packets and cannot see HTTP requests']])

const inEntity: ReadonlyMap<string, string> = new Map([
  ['serviceAccounts', 'service accounts exist only in Kubernetes'],
  ['services', 'services exist only in Kubernetes; name their networks and ports'],
])

const inPolicy: ReadonlyMap<string, string> = new Map([
  ['serviceAccountSelector', 'service accounts exist only in Kubernetes'],
])

const ofHosts = 'it concerns host endpoints, which policies of a namespace never apply to; write a GlobalNetworkPolicy'

const inNamespacedPolicy: ReadonlyMap<string, string> = new Map([
  ...inPolicy,
  ['applyOnForward', ofHosts],
  ['preDNAT', ofHosts],
  ['doNotTrack', ofHosts],
  ['namespaceSelector', 'the policy applies to its own namespace alone; write a GlobalNetworkPolicy'],
])

const inWorkload: ReadonlyMap<string, string> = new Map([
  ['ipNATs', 'rampart translates no addresses'],
  ['serviceAccountName', 'service accounts exist only in Kubernetes'],
  ['allowSpoofedSourcePrefixes', 'workloads may send from their own addresses alone'],
  ['qosControls', 'rampart shapes no traffic'],
])

/** Undefined when there is no such field in Calico either. */
export function findRefusal(kind: string, path: Path, value: unknown): Description | undefined {
  const field = String(path.at(-1))
  const place = path.slice(0, -1)
  if (place.length === 1 && place[0] === 'metadata' && field === 'namespace') {
    return {
      code: 'unknown-field',
      message: `metadata.namespace is set: a ${kind} belongs to no namespace, remove it`,
      mark: 'key',
    }
  }
  if (kind === 'FelixConfiguration' && place.length === 1 && place[0] === 'spec')
    return findParameterRefusal(field, value)
  if (kind.endsWith('NetworkPolicy') && field === 'performanceHints') {
    return {
      code: 'ignored-field',
      message: `${printPath(path)} has no effect here: rampart needs no hints`,
      mark: 'key',
    }
  }
  // a constant that is not of its type was already reported as such
  const why = reasons(kind, place).get(field)
  if (why === undefined) return undefined
  return { code: 'unsupported-field', message: `${printPath(path)} is refused: ${why}`, mark: 'key' }
}

function reasons(kind: string, place: Path): ReadonlyMap<string, string> {
  if (kind === 'WorkloadEndpoint' && place.length === 1) return inWorkload
  if (kind === 'Profile' && place.length === 1)
    return new Map([['tags', 'Calico itself replaced tags by labels; use labelsToApply']])
  const last = place.at(-1)
  if (last === 'source' || last === 'destination') return inEntity
  if (typeof last === 'number') return inRule
  if (!kind.endsWith('NetworkPolicy') || place.length !== 1 || last !== 'spec') return new Map()
  return isNamespacedKind(kind) ? inNamespacedPolicy : inPolicy
}
