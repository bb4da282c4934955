/**
 * The sets of connections that were ended because a newer ruleset denies them.
 *
 * When a connection is gone from connection tracking, the next packet in the direction in which it was opened is new and
 * denied. One in the other direction is new, too, and would be taken for a connection that the other side opens: where
 * that is allowed, the old connection would be back, with everything that belongs to it (nf_conntrack_tcp_loose). So an
 * element is the addresses and ports of a packet in that other direction.
 *
 * Elements come and go by themselves and with connections: they are no part of a comparison.
 */

import type { Family } from '../net/family.ts'
import { addressType, type NamedSet } from './named-set.ts'
import type { Match } from './rule.ts'

export const endedSetName = (family: Family): string => `ended${family}`

/** The kernel itself forgets a connection that has been silent for so long (nf_conntrack_tcp_timeout_established). */
const timeout = 'timeout 432000s'

export function endedSet(family: Family): NamedSet {
  const address = addressType(family)
  return {
    name: endedSetName(family),
    key: [address, address, 'inet_proto', 'inet_service', 'inet_service'],
    interval: false,
    comment: 'replies of connections that were ended',
    properties: [timeout],
    elements: new Set(),
  }
}

/** A packet that would bring one of them back. */
export function endedMatch(family: Family): Match {
  const fields = ['saddr', 'daddr', 'protocol', 'sport', 'dport'] as const
  return { type: 'lookup', family, fields, set: endedSetName(family), negated: false }
}

/** Whether elements come and go by themselves. */
export function isTransient({ properties }: Pick<NamedSet, 'properties'>): boolean {
  return properties.some((property) => property.startsWith('timeout '))
}
