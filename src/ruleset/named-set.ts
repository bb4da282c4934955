/**
 * Named sets and maps. An element is its canonical text, so that two sets are compared by their texts:
 * an address `10.0.0.1`, a network `10.0.0.0/8`, a range `10.0.0.1-10.0.0.5` (only when it is no network),
 * a protocol or port in decimal, an interface name in quotes; the fields of a concatenation joined by ` . `.
 */

import { type Address, printAddress } from '../net/address.ts'
import { intervalPrefix } from '../net/cidr.ts'
import type { Family } from '../net/family.ts'
import type { Interval } from '../net/interval.ts'
import type { Verdict } from './rule.ts'

export type KeyType = 'ipv4_addr' | 'ipv6_addr' | 'inet_proto' | 'inet_service' | 'ifname'

interface Declaration {
  readonly name: string
  /** One or more fields. */
  readonly key: readonly KeyType[]
  /** Whether elements may be networks and ranges. */
  readonly interval: boolean
  /** At most 128 bytes; what the set stands for. */
  readonly comment: string | undefined
  /** Other properties that a live set has and that we never write, such as `size 10`; part of the comparison. */
  readonly properties: readonly string[]
}

export interface NamedSet extends Declaration {
  readonly elements: ReadonlySet<string>
}

export interface NamedMap extends Declaration {
  readonly data: 'verdict' | 'counter'
  /** For `counter` the value is a counter's name. */
  readonly elements: ReadonlyMap<string, MapValue>
}

export type MapValue = Verdict | { readonly counter: string }

/** Whether they differ in their elements at most. */
export function sameDeclaration(a: NamedSet | NamedMap, b: NamedSet | NamedMap): boolean {
  const data = (set: NamedSet | NamedMap) => ('data' in set ? set.data : undefined)
  if (a.interval !== b.interval || a.comment !== b.comment || data(a) !== data(b)) return false
  return sameTexts(a.key, b.key) && sameTexts(a.properties, b.properties)
}

function sameTexts(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, at) => item === b[at])
}

export function addressType(family: Family): Extract<KeyType, 'ipv4_addr' | 'ipv6_addr'> {
  return family === 4 ? 'ipv4_addr' : 'ipv6_addr'
}

/** The canonical element of an interval of addresses. */
export function addressElement(interval: Interval, family: Family): string {
  const first = printAddress(addressOf(interval.from, family))
  if (interval.from === interval.to) return first
  const prefix = intervalPrefix(interval, family)
  return prefix === undefined ? `${first}-${printAddress(addressOf(interval.to, family))}` : `${first}/${prefix}`
}

function addressOf(value: bigint, family: Family): Address {
  return { family, value }
}
