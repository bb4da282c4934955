/** A packet in the words that readPacket() takes. */

import { printAddress } from '../net/address.ts'
import type { Packet } from './packet.ts'
import { icmpOf, type PacketKey, packetKeys, protocolWords } from './packet-words.ts'

/** Everything but the hop limit, in a fixed order. */
export function printPacket(packet: Packet): string {
  const values: Readonly<Record<PacketKey, string | number | undefined>> = {
    iif: packet.iif,
    oif: packet.oif,
    src: printAddress(packet.source),
    dst: printAddress(packet.destination),
    proto: protocolWord(packet),
    sport: packet.sourcePort,
    dport: packet.destinationPort,
    'icmp-type': packet.icmp?.type,
    'icmp-code': packet.icmp?.code,
    state: packet.state,
    'orig-dst': packet.original && printAddress(packet.original.destination),
    'orig-dport': packet.original?.destinationPort,
  }
  return packetKeys.flatMap((key) => (values[key] === undefined ? [] : [`${key}=${values[key]}`])).join(' ')
}

/** A number where the word would mean the other family's ICMP. */
function protocolWord({ protocol, source }: Packet): string {
  for (const [word, number] of protocolWords) {
    const isForeign = word.startsWith('icmp') && number !== icmpOf(source.family)
    if (number === protocol && !isForeign) return word
  }
  return String(protocol)
}
