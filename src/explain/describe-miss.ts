/** What a packet is and a match wants instead, in words. */

import { printProtocol } from '../net/protocol.ts'
import type { NamedSet } from '../ruleset/named-set.ts'
import type { Match } from '../ruleset/rule.ts'
import { describeOutcome } from './describe-outcome.ts'
import type { SeenPacket } from './seen-packet.ts'

type Sets = ReadonlyMap<string, NamedSet>
type Of<Type extends Match['type']> = Extract<Match, { readonly type: Type }>

/** `destination port 5433 is not 5432` */
export function describeMiss(match: Match, packet: SeenPacket, sets: Sets): string {
  switch (match.type) {
    case 'family':
      return `IPv${packet.family} is not IPv${match.family}`
    case 'protocol':
      return protocolText(packet, match)
    case 'address':
      return packet.family === match.family ? addressText(match, packet, sets) : otherFamily(packet, match.family)
    case 'port':
      return packet.protocol === match.protocol
        ? portText(match, packet)
        : protocolText(packet, { protocols: [match.protocol], negated: false })
    case 'icmp':
      return icmpText(match, packet)
    case 'time':
      return `it has expired at ${new Date(match.before * 1000).toISOString().replace('.000Z', 'Z')}`
    case 'interface':
    case 'local-origin':
    case 'hop-limit':
    case 'ct-state':
    case 'ct-dnat':
    case 'mark':
    case 'local-destination':
    case 'spoofed':
    case 'lookup':
      return describeOutcome({ type: 'failed', match }, packet, sets)
  }
}

const sides = { saddr: 'source', daddr: 'destination', sport: 'source port', dport: 'destination port' } as const

function addressText(match: Of<'address'>, packet: SeenPacket, sets: Sets): string {
  const { side, among, negated } = match
  const text = `${sides[side]} ${packet[side].text}`
  if (among.type === 'literal') return `${text} ${isAmong(among.elements, senseOf(match))}`
  return `${text} is ${negated ? 'in' : 'not in'} the set ${sets.get(among.name)?.comment ?? among.name}`
}

function portText({ side, ranges, negated }: Of<'port'>, packet: SeenPacket): string {
  const texts = ranges.map(({ from, to }) => (from === to ? `${from}` : `${from}-${to}`))
  return `${sides[side]} ${packet[side] ?? 'unknown'} ${isAmong(texts, senseOf({ negated }))}`
}

function protocolText(
  { protocol }: SeenPacket,
  { protocols, negated }: { readonly protocols: readonly number[]; readonly negated: boolean },
): string {
  return `protocol ${printProtocol(protocol)} ${isAmong(protocols.map(printProtocol), senseOf({ negated }))}`
}

function icmpText({ types, code, negated, family }: Of<'icmp'>, packet: SeenPacket): string {
  const { icmp } = packet
  if (packet.family !== family || icmp === undefined)
    return `protocol ${printProtocol(packet.protocol)} is not ${family === 4 ? 'ICMP' : 'ICMPv6'}`
  if (code === undefined) return `type ${icmp.type} ${isAmong(types.map(String), senseOf({ negated }))}`
  return `type ${icmp.type} with code ${icmp.code} ${isAmong([`type ${types[0]} with code ${code}`], senseOf({ negated }))}`
}

function otherFamily({ family }: SeenPacket, wanted: 4 | 6): string {
  return `IPv${family} is not IPv${wanted}`
}

type Sense = 'wanted' | 'excluded'

function senseOf({ negated }: { readonly negated: boolean }): Sense {
  return negated ? 'excluded' : 'wanted'
}

const mostShown = 4

/** `is not 80`, `is not among 80, 443`, `is excluded` */
function isAmong(texts: readonly string[], sense: Sense): string {
  const more = texts.length > mostShown ? `, ... (${texts.length})` : ''
  const list = texts.slice(0, mostShown).join(', ') + more
  if (sense === 'excluded') return `is excluded: not ${list}`
  return texts.length === 1 ? `is not ${/[/-]/.test(list) ? 'in ' : ''}${list}` : `is not among ${list}`
}
