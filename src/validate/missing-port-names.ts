/** Finds names of ports that a rule uses and no endpoint gives (behaviour.md RM-35). */

import { type Diagnostic, diagnose } from '../diagnostic/diagnostic.ts'
import { nearestName } from '../diagnostic/nearest-name.ts'
import type { LocatedDocument, Path } from '../document/located-document.ts'
import { readPortRange } from '../net/port-range.ts'
import { whyNoPortName } from './names.ts'
import { listAt, valueAt } from './value-at.ts'

/** Endpoints that are faulty give their names; of damaged ones the names are not known, so nothing is said then. */
export function findMissingPortNames(documents: readonly LocatedDocument[]): readonly Diagnostic[] {
  const endpoints = documents.filter(({ kind }) => kind === 'HostEndpoint' || kind === 'WorkloadEndpoint')
  if (endpoints.some(({ damaged }) => damaged)) return []
  const known = new Set(
    endpoints.flatMap(({ value }) => listAt(value, ['spec', 'ports']).map((port) => valueAt(port, ['name']))),
  )
  const names = [...known].filter((name) => typeof name === 'string')
  return documents.flatMap((document) =>
    portNamesIn(document).flatMap(({ at, name }) => {
      if (known.has(name)) return []
      const near = nearestName(name, names)
      const right =
        near === undefined ? 'add it to the ports of an endpoint, or write the number' : `did you mean "${near}"?`
      const message = `no endpoint has a port named "${name}": ${right}`
      return [diagnose('missing-port-name', { message, span: document.spanOf(at, 'value') })]
    }),
  )
}

interface PlacedName {
  readonly at: Path
  readonly name: string
}

const directions = ['ingress', 'egress']
const lists = ['source', 'destination'].flatMap((side) => ['ports', 'notPorts'].map((field) => [side, field]))

function portNamesIn({ kind, value }: LocatedDocument): readonly PlacedName[] {
  if (kind !== 'Profile' && !kind?.endsWith('NetworkPolicy')) return []
  return directions.flatMap((direction) =>
    listAt(value, ['spec', direction]).flatMap((rule, index) =>
      lists.flatMap((list) =>
        listAt(rule, list).flatMap((port, entry) =>
          typeof port === 'string' && readPortRange(port) === undefined && whyNoPortName(port) === undefined
            ? [{ at: ['spec', direction, index, ...list, entry], name: port }]
            : [],
        ),
      ),
    ),
  )
}
