/** Random packets that a host between networks can really meet: those of fakes/random-packet.ts, made so that a kernel carries them. */

import { type Address, printAddress, sameAddress } from '../../src/net/address.ts'
import type { Packet } from '../../src/packet/packet.ts'
import { icmpOf } from '../../src/packet/packet-words.ts'
import type { Dice } from '../fakes/dice.ts'
import { randomPacket, type Stock } from '../fakes/random-packet.ts'
import { isEcho, isIcmpError } from './frames.ts'

/** Where they leave by is the kernel's choice: `oif` is only a guess. No two belong to one flow. */
export function randomFlights(dice: Dice, stock: Stock, count: number): readonly Packet[] {
  const flights: Packet[] = []
  const taken = new Set<string>()
  for (let tries = 0; flights.length < count && tries < 20 * count; tries++) {
    const packet = fit(dice, stock, randomPacket(dice, stock))
    const keys = flowKeys(packet)
    if (!isCarried(packet) || keys.some((key) => taken.has(key))) continue
    for (const key of keys) taken.add(key)
    flights.push(packet)
  }
  return flights
}

function fit(dice: Dice, stock: Stock, packet: Packet): Packet {
  const { family } = packet.source
  const isOnLoopback = packet.iif === undefined && packet.oif === 'lo'
  const own = stock.own.filter((address) => address.family === family)
  const placed: Packet = isOnLoopback
    ? { ...packet, iif: undefined, oif: 'lo', destination: dice.pick(own), original: undefined }
    : packet
  return withRewriting(stock, withState(dice, placed))
}

/** Only errors are related, and of ICMP only echoes have a flow of their own. */
function withState(dice: Dice, packet: Packet): Packet {
  const { family } = packet.source
  const ofType = (type: number): Packet => ({
    ...packet,
    protocol: icmpOf(family),
    sourcePort: undefined,
    destinationPort: undefined,
    icmp: { type, code: packet.icmp?.code ?? 0 },
  })
  if (packet.state === 'related' && !isIcmpError(packet)) return ofType(dice.pick(family === 4 ? [3, 11] : [1, 2, 3]))
  if (packet.state === 'established' && packet.icmp !== undefined && !isEcho(packet))
    return ofType(dice.pick(family === 4 ? [0, 8] : [128, 129]))
  return packet
}

function withRewriting(stock: Stock, packet: Packet): Packet {
  const { icmp, original, source, destination, iif } = packet
  if (original === undefined) return packet
  const isRequest = icmp === undefined || icmp.type === 8 || icmp.type === 128
  const staysHere = iif === undefined && stock.own.some((address) => sameAddress(address, destination))
  const isPossible =
    isRequest && !staysHere && !isLoopback(source) && isUnicast(destination) && isUnicast(original.destination)
  return isPossible ? packet : { ...packet, original: undefined }
}

/** Leaves out what the kernel itself refuses before any rule sees it. What it refuses later shows without a firewall. */
function isCarried({ iif, source, destination, original }: Packet): boolean {
  const ends = [source, destination, ...(original === undefined ? [] : [original.destination])]
  // over loopback comes only what was sent
  if (iif === 'lo') return false
  if (iif !== undefined)
    return !ends.some(isLoopback) && !isMulticast(source) && !isAnycast(source) && !isNowhere(destination)
  return isUnicastOrLoopback(source) && ends.slice(1).every((end) => isUnicastOrLoopback(end) && !isLinkLocal(end))
}

const isUnicast = (address: Address): boolean => isUnicastOrLoopback(address) && !isLoopback(address)

function isUnicastOrLoopback(address: Address): boolean {
  return !isMulticast(address) && address.value > (address.family === 4 ? 0xffffffn : 0n)
}

function isLoopback({ family, value }: Address): boolean {
  return family === 4 ? value >> 24n === 127n : value === 1n
}

/** With IPv4 broadcasts and what is reserved. */
function isMulticast({ family, value }: Address): boolean {
  return family === 4 ? value >> 28n >= 0xen : value >> 120n === 0xffn
}

function isLinkLocal({ family, value }: Address): boolean {
  return family === 6 && value >> 118n === 0x3fan
}

/** Of every router on a link: nobody sends from it (RFC 4291 2.6), and the kernel takes it for its own. */
function isAnycast({ family, value }: Address): boolean {
  return family === 6 && value === 0xfe80n << 112n
}

/** `::`, and IPv6 multicast within an interface. */
function isNowhere({ family, value }: Address): boolean {
  return family === 6 && (value === 0n || (value >> 120n === 0xffn && ((value >> 112n) & 0xfn) < 2n))
}

/** As both ends may begin it, before DNAT and after. */
function flowKeys({
  source,
  destination,
  sourcePort,
  destinationPort,
  protocol,
  icmp,
  original,
}: Packet): readonly string[] {
  // every echo has an identifier of its own
  if (icmp !== undefined) return []
  const from = `${printAddress(source)} ${sourcePort}`
  const ends = [
    `${printAddress(destination)} ${destinationPort}`,
    ...(original === undefined ? [] : [`${printAddress(original.destination)} ${original.destinationPort}`]),
  ]
  return [...new Set(ends)].flatMap((to) => [`${protocol} ${from} ${to}`, `${protocol} ${to} ${from}`])
}
