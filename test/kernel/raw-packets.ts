/** Packets that sockets do not send: any ICMP, a stray TCP reset, SCTP, unknown protocols. Built here, sent by perl through a raw socket. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { inNamespace } from '../../src/adapters/namespaces.ts'
import { readAddress } from '../../src/net/address.ts'

export interface RawPacket {
  readonly from: string
  readonly to: string
  /** IP protocol number. */
  readonly protocol: number
  /** What follows the IP header. */
  readonly payload: Buffer
}

interface Transport {
  readonly from: string
  readonly to: string
  readonly port: number
  /** With its header. */
  readonly length: number
}

/** An ICMP message of either family: ICMPv6 is summed up by the kernel. @param length of the whole message */
export function icmpMessage(type: number, code: number, length: number): Buffer {
  const message = Buffer.alloc(length, 0x2e)
  message.writeUInt8(type, 0)
  message.writeUInt8(code, 1)
  message.writeUInt16BE(0, 2)
  // an identifier that no other probe has, so that none belongs to a flow that another one started
  message.writeUInt16BE(nextId(), 4)
  message.writeUInt16BE(internetChecksum(message), 2)
  return message
}

/** A reset that belongs to no connection: connection tracking calls it invalid. */
export function strayReset(packet: Transport): Buffer {
  const segment = Buffer.alloc(packet.length)
  segment.writeUInt16BE(20_000 + (nextId() % 20_000), 0)
  segment.writeUInt16BE(packet.port, 2)
  segment.writeUInt32BE(12_345, 4)
  segment.writeUInt8(5 << 4, 12)
  segment.writeUInt8(0x04, 13)
  segment.writeUInt16BE(checksumOf({ ...packet, protocol: 6 }, segment), 16)
  return segment
}

/** A datagram from a port of its own. */
export function datagram(packet: Transport): Buffer {
  const message = Buffer.alloc(packet.length, 0x2e)
  message.writeUInt16BE(20_000 + (nextId() % 20_000), 0)
  message.writeUInt16BE(packet.port, 2)
  message.writeUInt16BE(packet.length, 4)
  message.writeUInt16BE(0, 6)
  message.writeUInt16BE(checksumOf({ ...packet, protocol: 17 }, message), 6)
  return message
}

/** The first message of an SCTP association. */
export function sctpInit(port: number, length: number): Buffer {
  const message = Buffer.alloc(length)
  message.writeUInt16BE(20_000 + (nextId() % 20_000), 0)
  message.writeUInt16BE(port, 2)
  message.writeUInt8(1, 12)
  message.writeUInt16BE(length - 12, 14)
  message.writeUInt32BE(1, 16)
  message.writeUInt32BE(65_536, 20)
  message.writeUInt32BE(0x00010001, 24)
  // parameters that nobody knows fill the rest
  message.writeUInt16BE(0xc000, 32)
  message.writeUInt16BE(length - 32, 34)
  message.writeUInt32LE(crc32c(message), 8)
  return message
}

/** Sends them all from within the namespace, in order. @throws Error with what perl said */
export async function sendRaw(namespace: string, packets: readonly RawPacket[]): Promise<void> {
  const { program, args } = inNamespace(namespace, {
    program: 'perl',
    args: ['-MSocket=:DEFAULT,inet_pton,pack_sockaddr_in6', '-e', sender],
  })
  const child = spawn(program, [...args], { timeout: 10_000, killSignal: 'SIGKILL' })
  child.stdin.on('error', () => undefined)
  child.stdin.end(
    packets.map(({ from, to, protocol, payload }) => `${from} ${to} ${protocol} ${payload.toString('hex')}\n`).join(''),
  )
  const [, said, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  if (code !== 0) throw new Error(`raw packets from ${namespace}: ${said}`)
}

// A packet that the own firewall drops fails with EPERM, which is an answer and no error
const sender = `
while (<STDIN>) {
  my ($from, $to, $protocol, $hex) = split;
  my $six = index($from, ":") >= 0;
  my $end = sub { $six ? pack_sockaddr_in6(0, inet_pton(AF_INET6, $_[0])) : pack_sockaddr_in(0, inet_aton($_[0])) };
  socket(my $socket, $six ? AF_INET6 : AF_INET, SOCK_RAW, $protocol) or die "socket $protocol: $!";
  bind($socket, $end->($from)) or die "bind $from: $!";
  send($socket, pack("H*", $hex), 0, $end->($to)) or $!{EPERM} or die "send to $to: $!";
}`

let lastId = 0
const nextId = (): number => {
  lastId += 1
  return lastId
}

/** Over the addresses, too (RFC 9293, 768 and 8200). */
export function checksumOf(
  { from, to, protocol, length }: Omit<Transport, 'port'> & { readonly protocol: number },
  body: Buffer,
): number {
  const pseudo = Buffer.concat([addressBytes(from), addressBytes(to), Buffer.from([0, protocol, 0, 0])])
  pseudo.writeUInt16BE(length, pseudo.length - 2)
  return internetChecksum(Buffer.concat([pseudo, body]))
}

export function internetChecksum(bytes: Buffer): number {
  let sum = 0
  for (let at = 0; at < bytes.length; at += 2) sum += bytes.readUInt8(at) * 256 + (bytes[at + 1] ?? 0)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}

function crc32c(bytes: Buffer): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
  }
  return ~crc >>> 0
}

export function addressBytes(address: string): Buffer {
  const read = readAddress(address)
  if (read === undefined) throw new Error(`no address: ${address}`)
  const digits = read.value.toString(16).padStart(read.family === 4 ? 8 : 32, '0')
  return Buffer.from(digits, 'hex')
}
