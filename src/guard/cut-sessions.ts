/**
 * Objects to a plan after which nobody who is logged in over the network could come back.
 *
 * A login is judged by the connections its peer opened to this host: to port 22 if there are such, else to any port, since
 * nothing tells which is the login's own; then all of them must stand. A login without such a connection says nothing.
 */

import type { HostFacts } from '../host/host-facts.ts'
import { type Login, type LoginConnection, printLogin } from '../host/login.ts'
import { type Address, sameAddress } from '../net/address.ts'
import type { Packet } from '../packet/packet.ts'
import type { Objection } from './objection.ts'

export interface SessionsInput {
  readonly logins: readonly Login[]
  readonly facts: HostFacts
  /** What the table that the kernel holds does with a packet, and the one that it is to hold. */
  readonly isAllowedNow: (packet: Packet) => boolean
  readonly isAllowedThen: (packet: Packet) => boolean
}

export interface SessionsJudgement {
  readonly objections: readonly Objection[]
  /** Logins that could come back now and not then; one line each. Not empty where there is an objection. */
  readonly cut: readonly string[]
}

export function judgeSessions({ logins, facts, isAllowedNow, isAllowedThen }: SessionsInput): SessionsJudgement {
  const now = logins.filter((login) => stands(login, facts, isAllowedNow))
  const then = now.filter((login) => stands(login, facts, isAllowedThen))
  const cut = now.filter((login) => !then.includes(login)).map(printLogin)
  if (now.length === 0 || then.length > 0) return { objections: [], cut }
  const message = `nobody who is logged in over the network could come back: ${cut.join('; ')}`
  return { objections: [{ guard: 'cut-sessions', message }], cut }
}

const sshPort = 22
const tcp = 6

function stands(login: Login, facts: HostFacts, isAllowed: (packet: Packet) => boolean): boolean {
  const ssh = login.connections.filter(({ localPort }) => localPort === sshPort)
  const candidates = ssh.length > 0 ? ssh : login.connections
  return (
    candidates.length > 0 && candidates.every((connection) => isAllowed(firstPacket(login.peer, connection, facts)))
  )
}

/** As if the peer came anew. It arrives, as far as can be told, by the interface that has the address. */
function firstPacket(peer: Address, connection: LoginConnection, { interfaces }: HostFacts): Packet {
  const { local, localPort, peerPort } = connection
  const owner = interfaces.find((link) => link.addresses.some(({ address }) => sameAddress(address, local)))
  const isOwn = interfaces.some((link) => link.addresses.some(({ address }) => sameAddress(address, peer)))
  return {
    iif: isOwn ? 'lo' : (owner?.name ?? 'lo'),
    oif: undefined,
    source: peer,
    destination: local,
    protocol: tcp,
    sourcePort: peerPort,
    destinationPort: localPort,
    icmp: undefined,
    hopLimit: 64,
    state: 'new',
    original: undefined,
  }
}
