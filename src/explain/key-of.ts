/** The fields of a packet that a lookup asks for. */

import type { KeyField } from '../ruleset/rule.ts'
import type { KeyValue } from './find-element.ts'
import type { SeenPacket } from './seen-packet.ts'

/** Undefined when the packet lacks one of the fields. */
export function keyOf(fields: readonly KeyField[], packet: SeenPacket): readonly KeyValue[] | undefined {
  const values = fields.map((field) => fieldOf(field, packet))
  return values.every((value) => value !== undefined) ? values : undefined
}

function fieldOf(field: KeyField, packet: SeenPacket): KeyValue | undefined {
  switch (field) {
    case 'iifname':
    case 'oifname':
      return { text: `"${packet[field]}"`, number: undefined }
    case 'saddr':
    case 'daddr':
      return packet[field]
    case 'protocol':
    case 'sport':
    case 'dport':
      return packet[field] === undefined ? undefined : { text: String(packet[field]), number: BigInt(packet[field]) }
  }
}
