/** A packet as the corpus tells it -> ours. */

import { readAddress } from '../../src/net/address.ts'
import { readProtocol } from '../../src/net/protocol.ts'
import type { ConnectionState, Packet } from '../../src/packet/packet.ts'

export interface ToldPacket {
  /** A name in any case, or the number. */
  readonly proto: string | number
  readonly src: string
  readonly dst: string
  readonly sport?: number
  readonly dport?: number
  readonly itype?: number
  readonly icode?: number
  readonly ct?: ConnectionState
  readonly iif?: string
  readonly oif?: string
  /** It was sent elsewhere, the corpus does not say where. */
  readonly dnat?: boolean
}

export function readToldPacket(told: ToldPacket): Packet {
  return {
    iif: told.iif,
    oif: told.oif,
    source: address(told.src),
    destination: address(told.dst),
    protocol: readProtocol(typeof told.proto === 'string' ? told.proto.toUpperCase() : told.proto) ?? 0,
    sourcePort: told.sport,
    destinationPort: told.dport,
    icmp: told.itype === undefined ? undefined : { type: told.itype, code: told.icode ?? 0 },
    hopLimit: 64,
    state: told.ct ?? 'new',
    original: told.dnat === true ? { destination: address('198.51.100.1'), destinationPort: 80 } : undefined,
  }
}

function address(text: string): Packet['source'] {
  const found = readAddress(text)
  if (found === undefined) throw new Error(`"${text}" is no address`)
  return found
}
