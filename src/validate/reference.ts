/** The names of other things that a document uses: whether there are such things is asked when all files are known. */

import type { Span } from '../diagnostic/source.ts'
import type { LocatedDocument, Path } from '../document/located-document.ts'
import { readPortRange } from '../net/port-range.ts'
import type { PolicyKind } from '../policy/kinds.ts'
import { whyNoName, whyNoPortName } from './names.ts'
import { listAt, valueAt } from './value-at.ts'

export interface Reference {
  readonly to: 'profile' | 'tier' | 'port'
  readonly name: string
  readonly span: Span
}

/** Also of faulty documents. What is no name is not among them: it was reported as such. */
export function referencesIn(document: LocatedDocument, kind: PolicyKind): readonly Reference[] {
  switch (kind) {
    case 'HostEndpoint':
    case 'WorkloadEndpoint':
      return profilesIn(document)
    case 'Profile':
      return portsIn(document)
    case 'GlobalNetworkPolicy':
    case 'NetworkPolicy':
    case 'StagedGlobalNetworkPolicy':
    case 'StagedNetworkPolicy':
      return [...tierIn(document), ...portsIn(document)]
    case 'FelixConfiguration':
    case 'GlobalNetworkSet':
    case 'NetworkSet':
    case 'PolicyTest':
    case 'Tier':
      return []
  }
}

function profilesIn(document: LocatedDocument): readonly Reference[] {
  const at = ['spec', 'profiles']
  return listAt(document.value, at).flatMap((name, index) =>
    typeof name === 'string' && whyNoName(name) === undefined
      ? [{ to: 'profile', name, span: document.spanOf([...at, index], 'value') }]
      : [],
  )
}

function tierIn(document: LocatedDocument): readonly Reference[] {
  const at = ['spec', 'tier']
  const name = valueAt(document.value, at)
  return typeof name === 'string' && whyNoName(name) === undefined
    ? [{ to: 'tier', name, span: document.spanOf(at, 'value') }]
    : []
}

const lists: readonly Path[] = ['source', 'destination'].flatMap((side) =>
  ['ports', 'notPorts'].map((field) => [side, field]),
)

function portsIn(document: LocatedDocument): readonly Reference[] {
  const found: Reference[] = []
  for (const direction of ['ingress', 'egress']) {
    for (const [index, rule] of listAt(document.value, ['spec', direction]).entries()) {
      for (const list of lists) {
        for (const [entry, name] of listAt(rule, list).entries()) {
          if (typeof name !== 'string' || readPortRange(name) !== undefined || whyNoPortName(name) !== undefined)
            continue
          const at = ['spec', direction, index, ...list, entry]
          found.push({ to: 'port', name, span: document.spanOf(at, 'value') })
        }
      }
    }
  }
  return found
}
