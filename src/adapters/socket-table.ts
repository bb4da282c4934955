/** Reads /proc/net/tcp and tcp6: TCP connections that others opened to this host. */

import type { Address } from '../net/address.ts'

export interface IncomingConnection {
  readonly local: Address
  readonly localPort: number
  readonly peer: Address
  readonly peerPort: number
}

interface SocketLine extends IncomingConnection {
  readonly state: string
}

const established = '01'
const listening = '0A'

/** Established ones whose local port somebody listens on: such a connection came from outside. */
export function readIncomingConnections(tables: readonly string[]): readonly IncomingConnection[] {
  const sockets = tables.flatMap((table) =>
    table
      .split('\n')
      .slice(1)
      .flatMap((line) => readLine(line) ?? []),
  )
  const ports = new Set(sockets.filter(({ state }) => state === listening).map(({ localPort }) => localPort))
  return sockets.flatMap(({ state, ...connection }) =>
    state === established && ports.has(connection.localPort) ? [connection] : [],
  )
}

/** `  0: 0100007F:0016 0200007F:C350 01 ...`: addresses as 32-bit words in the machine's own order, little-endian wherever Node runs. */
function readLine(line: string): SocketLine | undefined {
  const match = /^\s*\d+: ([0-9A-F]+):([0-9A-F]{4}) ([0-9A-F]+):([0-9A-F]{4}) ([0-9A-F]{2}) /.exec(line)
  if (match === null) return undefined
  const [, local = '', localPort = '', peer = '', peerPort = '', state = ''] = match
  return {
    local: readHexAddress(local),
    localPort: Number.parseInt(localPort, 16),
    peer: readHexAddress(peer),
    peerPort: Number.parseInt(peerPort, 16),
    state,
  }
}

/** A socket that takes both families shows IPv4 peers as IPv4-mapped. */
function readHexAddress(text: string): Address {
  const words = text.match(/.{8}/g) ?? []
  const value = BigInt(`0x${words.map((word) => (word.match(/../g) ?? []).reverse().join('')).join('')}`)
  if (words.length === 1) return { family: 4, value }
  return value >> 32n === 0xffffn ? { family: 4, value: value & 0xffffffffn } : { family: 6, value }
}
