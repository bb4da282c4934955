/**
 * The bits of a packet in the order in which sets ask for them, which decides how large a set is.
 *
 * Few services are open to many addresses, so what names the service comes first and addresses come last: a set of
 * addresses that several services share is then one part of the diagram. IPv4 addresses take the first 32 bits of an address field.
 */

import type { Family } from '../net/family.ts'

export const fieldNames = [
  'family',
  'protocol',
  'destinationPort',
  'icmpType',
  'icmpCode',
  'isNeighbourly',
  'sourcePort',
  'originalPort',
  'source',
  'original',
  'destination',
] as const

/** `isNeighbourly`: a hop limit of 255. The original ones are those before DNAT, of packets that were rewritten. */
export type FieldName = (typeof fieldNames)[number]

const widths: Readonly<Record<FieldName, number>> = {
  family: 1,
  protocol: 8,
  destinationPort: 16,
  icmpType: 8,
  icmpCode: 8,
  isNeighbourly: 1,
  sourcePort: 16,
  originalPort: 16,
  source: 128,
  original: 128,
  destination: 128,
}

const starts = new Map<FieldName, number>()
let end = 0
for (const name of fieldNames) {
  starts.set(name, end)
  end += widths[name]
}

export type AddressField = 'source' | 'original' | 'destination'
export type NumberField = Exclude<FieldName, AddressField | 'family'>

export interface BitRange {
  readonly start: number
  readonly width: number
}

/** Levels of a field; of an address those that the family uses. */
export function bitsOf(field: FieldName, family: Family): BitRange {
  const isAddress = field === 'source' || field === 'destination' || field === 'original'
  return { start: starts.get(field) ?? 0, width: isAddress && family === 4 ? 32 : widths[field] }
}
