/** Reads a packet from `key=value` words; what is left out is assumed where that is sensible, and named. */

import { type Address, printAddress, readAddress } from '../net/address.ts'
import type { Family } from '../net/family.ts'
import type { ConnectionState, Packet } from './packet.ts'
import { PacketFields, type ValueForm } from './packet-fields.ts'
import { carriesPorts, connectionStates, icmpOf, protocolWords, usualHopLimit } from './packet-words.ts'

export interface PacketReading {
  /** Undefined when there is a fault. */
  readonly packet: Packet | undefined
  /** What was not said, as words: `sport=40000`. */
  readonly assumed: readonly string[]
  /** Everything that is wrong. */
  readonly faults: readonly string[]
}

export function readPacket(words: readonly string[]): PacketReading {
  const fields = new PacketFields(words)
  const way = readWay(fields)
  const transport = readTransport(fields, way?.source.family ?? 4)
  const connection = readConnection(fields, way, transport?.destinationPort)
  const packet = way && transport && { ...way, ...transport, ...connection }
  return { packet: fields.faults.length === 0 ? packet : undefined, assumed: fields.assumed, faults: fields.faults }
}

type Way = Pick<Packet, 'iif' | 'oif' | 'source' | 'destination'>
type Transport = Pick<Packet, 'protocol' | 'sourcePort' | 'destinationPort' | 'icmp' | 'hopLimit'>
type Connection = Pick<Packet, 'state' | 'original'>

function readWay(fields: PacketFields): Way | undefined {
  const [iif, oif] = [fields.read('iif', interfaceName), fields.read('oif', interfaceName)]
  if (!fields.has('iif') && !fields.has('oif'))
    fields.fault('iif and oif are missing: give where it comes in, where it goes out, or both when it is forwarded')
  const [source, destination] = [fields.read('src', address), fields.read('dst', address)]
  if (!fields.has('src')) fields.fault('src is missing: give the address that the packet comes from')
  if (!fields.has('dst')) fields.fault('dst is missing: give the address that the packet goes to')
  if (source === undefined || destination === undefined) return undefined
  if (source.family !== destination.family)
    fields.fault(`src is IPv${source.family} and dst is IPv${destination.family}: give addresses of one family`)
  return { iif, oif, source, destination }
}

function readTransport(fields: PacketFields, family: Family): Transport | undefined {
  const protocol = readProtocol(fields, family)
  const [sourcePort, destinationPort] = [fields.read('sport', portNumber), fields.read('dport', portNumber)]
  const [type, code] = [fields.read('icmp-type', octet), fields.read('icmp-code', octet)]
  if (protocol === undefined) return undefined
  if (carriesPorts(protocol)) {
    fields.refuse(
      ['icmp-type', 'icmp-code'],
      'the protocol is not ICMP: leave it out, or give proto=icmp or proto=icmpv6',
    )
    if (!fields.has('dport')) fields.fault('dport is missing: give the port that the packet goes to')
    const from = sourcePort ?? (fields.has('sport') ? undefined : fields.assume('sport', clientPort))
    return {
      protocol,
      sourcePort: from,
      destinationPort,
      icmp: undefined,
      hopLimit: usualHopLimit(protocol, undefined),
    }
  }
  fields.refuse(
    ['sport', 'dport', 'orig-dport'],
    'the protocol has no ports: leave it out, or give proto=tcp, udp or sctp',
  )
  const icmp = protocol === icmpOf(family) ? readIcmp(fields, { type, code, family }) : undefined
  if (icmp === undefined)
    fields.refuse(
      ['icmp-type', 'icmp-code'],
      `the protocol is not ICMP for IPv${family}: leave it out, or change proto`,
    )
  return {
    protocol,
    sourcePort: undefined,
    destinationPort: undefined,
    icmp,
    hopLimit: usualHopLimit(protocol, icmp?.type),
  }
}

/** Undefined when it is wrong. Without any detail of a transport the packet is a ping. */
function readProtocol(fields: PacketFields, family: Family): number | undefined {
  const word = fields.read('proto', protocolWord)
  if (word === undefined) {
    if (fields.has('proto')) return undefined
    const needsOne = (['sport', 'dport', 'orig-dport', 'icmp-type', 'icmp-code'] as const).find((key) =>
      fields.has(key),
    )
    if (needsOne === undefined) {
      fields.assume('proto', family === 4 ? 'icmp' : 'icmpv6')
      return icmpOf(family)
    }
    fields.fault(
      `proto is missing: ${needsOne} says nothing without it, give ${[...protocolWords.keys()].join(', ')} or a number`,
    )
    return undefined
  }
  const number = protocolWords.get(word) ?? Number(word)
  if (!word.startsWith('icmp') || number === icmpOf(family)) return number
  fields.fault(`proto is "${word}", but the addresses are IPv${family}: give proto=${family === 4 ? 'icmp' : 'icmpv6'}`)
  return undefined
}

function readIcmp(
  fields: PacketFields,
  {
    type,
    code,
    family,
  }: { readonly type: number | undefined; readonly code: number | undefined; readonly family: Family },
): Packet['icmp'] {
  const echoRequest = family === 4 ? 8 : 128
  return {
    type: type ?? (fields.has('icmp-type') ? echoRequest : fields.assume('icmp-type', echoRequest)),
    code: code ?? (fields.has('icmp-code') ? 0 : fields.assume('icmp-code', 0)),
  }
}

function readConnection(fields: PacketFields, way: Way | undefined, port: number | undefined): Connection {
  const given = fields.read('state', state)
  const [sentTo, sentToPort] = [fields.read('orig-dst', address), fields.read('orig-dport', portNumber)]
  const known = given ?? (fields.has('state') ? 'new' : fields.assume('state', 'new'))
  if (known === 'untracked' || known === 'invalid')
    fields.refuse(['orig-dst', 'orig-dport'], `the state is ${known}: only a tracked connection is rewritten`)
  const destination = sentTo ?? way?.destination
  if (destination === undefined || (sentTo === undefined && sentToPort === undefined))
    return { state: known, original: undefined }
  if (way !== undefined && destination.family !== way.destination.family)
    fields.fault(
      `dst is IPv${way.destination.family} and orig-dst is IPv${destination.family}: give addresses of one family`,
    )
  if (sentTo === undefined) fields.assume('orig-dst', printAddress(destination))
  if (sentToPort === undefined && port !== undefined) fields.assume('orig-dport', port)
  return { state: known, original: { destination, destinationPort: sentToPort ?? port } }
}

/** A port as clients' systems choose it. */
const clientPort = 40_000

const interfaceName: ValueForm<string> = {
  // IFNAMSIZ
  read: (text) => (/^[^\s/:]{1,15}$/.test(text) ? text : undefined),
  right: 'give the name of an interface, such as eth0',
}

const address: ValueForm<Address> = { read: readAddress, right: 'give an address, such as 198.51.100.7 or 2001:db8::7' }
const portNumber: ValueForm<number> = { read: (text) => readNumber(text, 65_535), right: 'give a port from 0 to 65535' }
const octet: ValueForm<number> = { read: (text) => readNumber(text, 255), right: 'give a number from 0 to 255' }

/** The word or number as written. */
const protocolWord: ValueForm<string> = {
  read: (text) => (protocolWords.has(text) || (readNumber(text, 255) ?? 0) > 0 ? text : undefined),
  right: `give ${[...protocolWords.keys()].join(', ')} or a number from 1 to 255`,
}

const state: ValueForm<ConnectionState> = {
  read: (text) => connectionStates.find((known) => known === text),
  right: `give ${connectionStates.join(', ')}`,
}

function readNumber(text: string, most: number): number | undefined {
  return /^(0|[1-9]\d{0,4})$/.test(text) && Number(text) <= most ? Number(text) : undefined
}
