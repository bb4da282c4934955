/** Why a rule did not match, in words. */

import { printProtocol } from '../net/protocol.ts'
import type { NamedSet } from '../ruleset/named-set.ts'
import type { Match } from '../ruleset/rule.ts'
import type { SeenPacket } from './seen-packet.ts'
import type { Outcome, UnknownReason } from './step.ts'

type Sets = ReadonlyMap<string, NamedSet>

/** '' for a rule that matched. @param sets say in their comments what they stand for */
export function describeOutcome(outcome: Outcome, packet: SeenPacket, sets: Sets): string {
  switch (outcome.type) {
    case 'matched':
      return ''
    case 'failed':
      return describeFailure(outcome.match, packet, sets)
    case 'missed':
      return `nothing in ${outcome.map} is for it`
    case 'unknown':
      return unknownReasons[outcome.reason]
  }
}

const unknownReasons: Readonly<Record<UnknownReason, string>> = {
  opaque: 'cannot be judged: somebody else wrote it',
  missing: 'cannot be judged: it names what the table does not have',
  'too-deep': 'cannot be judged: chains lead on deeper than the kernel goes',
}

/** What the packet is instead of what the match wants. */
function describeFailure(match: Match, packet: SeenPacket, sets: Sets): string {
  switch (match.type) {
    case 'interface':
      return interfaceText(match.side, packet[match.side])
    case 'local-origin':
      return `it came in on ${packet.iifname}`
    case 'family':
      return familyText(packet)
    case 'protocol':
      return protocolText(packet)
    case 'address':
      return packet.family === match.family ? addressText(match, packet, sets) : familyText(packet)
    case 'port':
      return packet.protocol === match.protocol
        ? `${match.side} is ${packet[match.side] ?? 'unknown'}`
        : protocolText(packet)
    case 'icmp':
      return icmpText(match, packet)
    case 'hop-limit':
      return packet.family === 6 ? `the hop limit is ${packet.hopLimit}` : familyText(packet)
    case 'ct-state':
      return `the state is ${packet.state}`
    case 'ct-dnat':
      return 'its destination was not rewritten'
    case 'mark':
      return match.isSet ? 'nothing before has allowed it' : 'a policy before has allowed it'
    case 'local-destination':
      return 'its destination is no address of this host, nor a broadcast'
    case 'time':
      return 'its time is over'
    case 'spoofed':
      return 'its source belongs to where it came in'
    case 'lookup':
      return lookupText(match, packet, sets)
  }
}

function lookupText(match: Extract<Match, { readonly type: 'lookup' }>, packet: SeenPacket, sets: Sets): string {
  if (match.family !== undefined && packet.family !== match.family) return familyText(packet)
  const meaning = sets.get(match.set)?.comment ?? match.set
  return `its address and port are ${match.negated ? 'among' : 'not among'} those of ${meaning}`
}

function addressText(match: Extract<Match, { readonly type: 'address' }>, packet: SeenPacket, sets: Sets): string {
  const text = `${match.side} is ${packet[match.side].text}`
  const meaning = match.among.type !== 'literal' ? sets.get(match.among.name)?.comment : undefined
  if (meaning === undefined) return text
  return `${text}, which is ${match.negated ? 'in' : 'not in'} the set of ${meaning}`
}

function interfaceText(side: 'iifname' | 'oifname', name: string): string {
  if (name !== '') return `${side} is ${name}`
  return side === 'iifname' ? 'it came in nowhere: this host sends it' : 'it goes out nowhere that is known here'
}

function icmpText({ family }: Extract<Match, { readonly type: 'icmp' }>, packet: SeenPacket): string {
  if (packet.family !== family) return familyText(packet)
  return packet.icmp === undefined
    ? protocolText(packet)
    : `the type is ${packet.icmp.type}, the code ${packet.icmp.code}`
}

const familyText = ({ family }: SeenPacket): string => `it is IPv${family}`
const protocolText = ({ protocol }: SeenPacket): string => `the protocol is ${printProtocol(protocol)}`
