/** Names that an endpoint gives which is no resource, so that what uses them does not fail as well. */

import type { LocatedDocument } from '../document/located-document.ts'
import type { PolicyKind } from '../policy/kinds.ts'
import { listAt, valueAt } from './value-at.ts'

export type LooseName =
  | { readonly type: 'node' | 'port'; readonly name: string }
  /** The endpoint is damaged: nobody knows which names it was meant to give. */
  | { readonly type: 'unknown' }

export function looseNamesIn({ value, damaged }: LocatedDocument, kind: PolicyKind): readonly LooseName[] {
  if (kind !== 'HostEndpoint' && kind !== 'WorkloadEndpoint') return []
  if (damaged) return [{ type: 'unknown' }]
  const node = valueAt(value, ['spec', 'node'])
  const ports = listAt(value, ['spec', 'ports']).map((port) => valueAt(port, ['name']))
  return [...named('node', [node]), ...named('port', ports)]
}

function named(type: 'node' | 'port', names: readonly unknown[]): readonly LooseName[] {
  return names.flatMap((name) => (typeof name === 'string' ? [{ type, name }] : []))
}
