/** Somebody who is logged in over the network, and the connections that this may have come by. */

import { type Address, printAddress } from '../net/address.ts'

export interface Login {
  readonly user: string
  /** `pts/0`, or what else tells the login apart. */
  readonly terminal: string
  readonly peer: Address
  /** Established TCP connections that the peer opened to this host; empty when the login's own is gone or is another's. */
  readonly connections: readonly LoginConnection[]
}

export interface LoginConnection {
  readonly local: Address
  readonly localPort: number
  readonly peerPort: number
}

/** `ada on pts/0 from 192.0.2.7 (port 22)`. */
export function printLogin({ user, terminal, peer, connections }: Login): string {
  const ports = [...new Set(connections.map(({ localPort }) => localPort))].sort((a, b) => a - b)
  const where = ports.length === 0 ? '' : ` (port ${ports.join(', ')})`
  return `${user} on ${terminal} from ${printAddress(peer)}${where}`
}
