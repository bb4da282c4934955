/** The connection that a packet belongs to, as the conntrack program takes it. */

import { type Address, printAddress } from '../../src/net/address.ts'
import { hasPorts } from '../../src/net/protocol.ts'
import type { Packet } from '../../src/packet/packet.ts'
import { isEcho, isIcmpError, quotedPort, sctpTag } from './frames.ts'

const seen = '--timeout 600 -u SEEN_REPLY,ASSURED'

/** Undefined: none has to be known before the packet comes, or none can be. @param length of the packet */
export function trackedFlow(packet: Packet, length: number): string | undefined {
  const { source, destination, state } = packet
  if (state === 'related' && isIcmpError(packet)) {
    const port = quotedPort(length)
    return `-I -p udp ${ends(destination, source)} --sport ${port} --dport ${port} ${seen}`
  }
  if (state !== 'established') return undefined
  if (packet.icmp !== undefined) return isEcho(packet) ? echoFlow(packet, length) : undefined
  const sentTo = packet.original?.destination ?? destination
  return `-I -p ${packet.protocol} ${ends(source, sentTo)} ${portsOf(packet)} ${stateOf(packet)} ${seen} ${rewriting(packet)}`
}

function echoFlow({ source, destination, original, icmp }: Packet, length: number): string {
  const sentTo = original?.destination ?? destination
  const isAnswer = icmp?.type === 0 || icmp?.type === 129
  const [from, to] = isAnswer ? [sentTo, source] : [source, sentTo]
  const [protocol, type] = source.family === 4 ? ['icmp', 8] : ['icmpv6', 128]
  const nat = original === undefined ? '' : `--dst-nat ${printAddress(destination)}`
  const kind = `--${protocol}-type ${type} --${protocol}-code ${icmp?.code} --${protocol}-id ${length}`
  return `-I -p ${protocol} ${ends(from, to)} ${kind} ${seen} ${nat}`
}

const ends = (from: Address, to: Address): string => `-s ${printAddress(from)} -d ${printAddress(to)}`

function portsOf({ sourcePort, destinationPort, original }: Packet): string {
  if (sourcePort === undefined) return ''
  return `--sport ${sourcePort} --dport ${original?.destinationPort ?? destinationPort}`
}

function stateOf({ protocol }: Packet): string {
  if (protocol === 6) return '--state ESTABLISHED'
  return protocol === 132 ? `--state ESTABLISHED --orig-vtag ${sctpTag} --reply-vtag ${sctpTag}` : ''
}

function rewriting({ destination, destinationPort, protocol, original }: Packet): string {
  if (original === undefined) return ''
  const address = printAddress(destination)
  if (!hasPorts(protocol)) return `--dst-nat ${address}`
  return `--dst-nat ${destination.family === 4 ? address : `[${address}]`}:${destinationPort}`
}
