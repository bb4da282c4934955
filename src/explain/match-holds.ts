/** Whether a match of a rule holds for a packet, as the kernel evaluates it. */

import { printAddress } from '../net/address.ts'
import { networkOf } from '../net/cidr.ts'
import type { Family } from '../net/family.ts'
import type { NamedSet } from '../ruleset/named-set.ts'
import type { Match } from '../ruleset/rule.ts'
import { findElement, findNamed, type KeyValue } from './find-element.ts'
import { keyOf } from './key-of.ts'
import type { SeenPacket } from './seen-packet.ts'

type Sets = ReadonlyMap<string, NamedSet>

/** A match on a field that the packet does not have fails, negated or not. `unknown` when it names a set that is not there. */
export function matchHolds(match: Match, packet: SeenPacket, sets: Sets): boolean | 'unknown' {
  switch (match.type) {
    case 'interface':
      return match.names.some((name) => isNamed(packet[match.side], name)) !== match.negated
    case 'local-origin':
      return packet.isLocalOrigin
    case 'family':
      return packet.family === match.family
    case 'protocol':
      return match.protocols.includes(packet.protocol) !== match.negated
    case 'address':
      return packet.family === match.family && addressHolds(match, packet, sets)
    case 'port':
      return packet.protocol === match.protocol && portHolds(match, packet)
    case 'icmp':
      return (
        packet.family === match.family && packet.protocol === icmpProtocol[match.family] && icmpHolds(match, packet)
      )
    case 'hop-limit':
      return packet.family === 6 && packet.hopLimit === match.value
    case 'ct-state':
      return match.states.includes(packet.state)
    case 'ct-dnat':
      return packet.isRewritten
    case 'mark':
      return ((packet.mark & match.bit) !== 0) === match.isSet
    case 'local-destination':
      return packet.isLocalDestination
    case 'time':
      // a table is asked about as of when it was made: what was over then is not in it
      return true
    case 'spoofed':
      return packet.isSpoofed
    case 'lookup':
      return lookupHolds(match, packet, sets)
  }
}

const icmpProtocol = { 4: 1, 6: 58 } as const

type Of<Type extends Match['type']> = Extract<Match, { readonly type: Type }>

function isNamed(name: string, pattern: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) && name !== '' : name === pattern
}

function addressHolds(match: Of<'address'>, packet: SeenPacket, sets: Sets): boolean | 'unknown' {
  const { among, side, family, negated } = match
  const address = packet[side]
  if (among.type === 'literal') return (findElement(among.elements, [address]) !== undefined) !== negated
  const set = sets.get(among.name)
  if (set === undefined) return 'unknown'
  const key = among.type === 'networks' ? firstAddress(address, family, among.prefix) : address
  return (findNamed(set, [key]) !== undefined) !== negated
}

/** Of the network of the length that the address is in. */
function firstAddress({ number }: KeyValue, family: Family, prefix: number): KeyValue {
  const { base } = networkOf({ family, value: number ?? 0n }, prefix)
  return { text: printAddress({ family, value: base }), number: base }
}

function lookupHolds(match: Of<'lookup'>, packet: SeenPacket, sets: Sets): boolean | 'unknown' {
  const set = sets.get(match.set)
  if (set === undefined) return 'unknown'
  if (match.family !== undefined && packet.family !== match.family) return false
  // where a packet has no ports the kernel reads what stands in their place, which no element with its protocol has
  const key = keyOf(match.fields, packet)
  const isFound = key !== undefined && findNamed(set, key) !== undefined
  return isFound !== match.negated
}

function portHolds(match: Of<'port'>, packet: SeenPacket): boolean {
  const port = packet[match.side]
  return port !== undefined && match.ranges.some(({ from, to }) => from <= port && port <= to) !== match.negated
}

function icmpHolds({ types, code, negated }: Of<'icmp'>, { icmp }: SeenPacket): boolean {
  if (icmp === undefined) return false
  return (types.includes(icmp.type) && (code === undefined || code === icmp.code)) !== negated
}
