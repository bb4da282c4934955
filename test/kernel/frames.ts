/** A packet as the bytes that carry it, from the IP header on; of what IP carries only ICMP has its checksum. */

import { type Address, printAddress } from '../../src/net/address.ts'
import type { Packet } from '../../src/packet/packet.ts'
import { icmpOf } from '../../src/packet/packet-words.ts'
import { addressBytes, checksumOf, internetChecksum } from './raw-packets.ts'

/** As it is sent: to where it is meant to go before DNAT. Its state decides what it says of its flow. @param length of the whole packet */
export function packetBytes(packet: Packet, length: number): Buffer {
  const sent: Packet = { ...packet, ...packet.original, original: undefined }
  const ends = { from: sent.source, to: sent.destination, protocol: sent.protocol, hopLimit: sent.hopLimit }
  return ipPacket(ends, transport(sent, length - headerLength(sent.source)))
}

interface IpEnds {
  readonly from: Address
  readonly to: Address
  readonly protocol: number
  readonly hopLimit: number
}

const headerLength = ({ family }: Address): number => (family === 4 ? 20 : 40)

function ipPacket({ from, to, protocol, hopLimit }: IpEnds, body: Buffer): Buffer {
  const addresses = Buffer.concat([addressBytes(printAddress(from)), addressBytes(printAddress(to))])
  if (from.family === 6) {
    const header = Buffer.from([0x60, 0, 0, 0, 0, 0, protocol, hopLimit])
    header.writeUInt16BE(body.length, 4)
    return Buffer.concat([header, addresses, body])
  }
  const header = Buffer.concat([Buffer.from([0x45, 0, 0, 0, 0x12, 0x34, 0, 0, hopLimit, protocol, 0, 0]), addresses])
  header.writeUInt16BE(20 + body.length, 2)
  header.writeUInt16BE(internetChecksum(header), 10)
  return Buffer.concat([header, body])
}

function transport(packet: Packet, length: number): Buffer {
  switch (packet.protocol) {
    case 6:
      return tcp(packet, length)
    case 17:
    case 136:
      return udp(packet, length)
    case 132:
      return sctp(packet, length)
    default:
      return packet.icmp === undefined ? Buffer.alloc(length) : icmp(packet, packet.icmp, length)
  }
}

const [syn, rst, ack] = [0x02, 0x04, 0x10]

function tcp(packet: Packet, length: number): Buffer {
  const segment = withPorts(packet, length)
  segment.writeUInt32BE(12_345, 4)
  segment.writeUInt8(5 << 4, 12)
  segment.writeUInt8(packet.state === 'established' ? ack : packet.state === 'invalid' ? rst : syn, 13)
  segment.writeUInt16BE(1000, 14)
  return segment
}

/** UDPLite must have a checksum; where UDP has its length is how much is covered. */
function udp(packet: Packet, length: number): Buffer {
  const datagram = withPorts(packet, length)
  datagram.writeUInt16BE(length, 4)
  datagram.writeUInt16BE(0x1234, 6)
  return datagram
}

/** The verification tag of established associations, the same in every byte order. */
export const sctpTag = 0x01010101

function sctp(packet: Packet, length: number): Buffer {
  const message = withPorts(packet, length)
  const isData = packet.state === 'established' || packet.state === 'invalid'
  if (isData) message.writeUInt32BE(sctpTag, 4)
  message.writeUInt8(isData ? 0 : 1, 12)
  message.writeUInt8(isData ? 3 : 0, 13)
  message.writeUInt16BE(length - 12, 14)
  message.writeUInt32BE(1, 16)
  message.writeUInt32BE(65_536, 20)
  message.writeUInt32BE(0x00010001, 24)
  // parameters that nobody knows fill the rest
  message.writeUInt16BE(0xc000, 32)
  message.writeUInt16BE(length - 32, 34)
  return message
}

/** Errors quote a datagram that the receiver could have sent: echoes have the length of the packet as identifier. */
function icmp(
  packet: Packet,
  { type, code }: { readonly type: number; readonly code: number },
  length: number,
): Buffer {
  const message = Buffer.alloc(length)
  message.writeUInt8(type, 0)
  message.writeUInt8(code, 1)
  if (isIcmpError(packet)) quotedDatagram(packet, quotedPort(length + headerLength(packet.source))).copy(message, 8)
  else if (isEcho(packet)) message.writeUInt16BE(length + headerLength(packet.source), 4)
  // NAT drops a wrong one, although it rewrites nothing here
  message.writeUInt16BE(icmpChecksum(packet, message), 2)
  return message
}

function icmpChecksum({ source, destination, protocol }: Packet, message: Buffer): number {
  if (source.family === 4) return internetChecksum(message)
  return checksumOf(
    { from: printAddress(source), to: printAddress(destination), protocol, length: message.length },
    message,
  )
}

export function isIcmpError({ source, icmp: kind, protocol }: Packet): boolean {
  if (kind === undefined || protocol !== icmpOf(source.family)) return false
  return (source.family === 4 ? [3, 11, 12] : [1, 2, 3, 4]).includes(kind.type)
}

export function isEcho({ source, icmp: kind, protocol }: Packet): boolean {
  if (kind === undefined || protocol !== icmpOf(source.family)) return false
  return (source.family === 4 ? [0, 8] : [128, 129]).includes(kind.type)
}

/** The source port of the datagram that an error of this length quotes; it was sent to the same one. */
export const quotedPort = (length: number): number => 20_000 + length

function quotedDatagram({ source, destination }: Packet, port: number): Buffer {
  const body = Buffer.alloc(16)
  body.writeUInt16BE(port, 0)
  body.writeUInt16BE(port, 2)
  body.writeUInt16BE(body.length, 4)
  return ipPacket({ from: destination, to: source, protocol: 17, hopLimit: 60 }, body)
}

function withPorts({ sourcePort = 0, destinationPort = 0 }: Packet, length: number): Buffer {
  const message = Buffer.alloc(length)
  message.writeUInt16BE(sourcePort, 0)
  message.writeUInt16BE(destinationPort, 2)
  return message
}
