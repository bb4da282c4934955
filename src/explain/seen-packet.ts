/** A packet as the rules of one hook see it: interfaces, addresses before or after DNAT, connection state. */

import { type Address, printAddress, sameAddress } from '../net/address.ts'
import type { Family } from '../net/family.ts'
import type { ConnectionState, Packet } from '../packet/packet.ts'
import type { BaseHook } from '../ruleset/chain.ts'
import type { KeyValue } from './find-element.ts'

/** Fields are called as rules call them. */
export interface SeenPacket {
  /** '' where there is none. */
  readonly iifname: string
  readonly oifname: string
  readonly isLocalOrigin: boolean
  readonly family: Family
  readonly saddr: KeyValue
  readonly daddr: KeyValue
  readonly protocol: number
  readonly sport: number | undefined
  readonly dport: number | undefined
  readonly icmp: { readonly type: number; readonly code: number } | undefined
  readonly hopLimit: number
  readonly state: ConnectionState
  readonly isRewritten: boolean
  /** Bits that rules have set so far, in this hook and those before. */
  readonly mark: number
  readonly isLocalDestination: boolean
  readonly isSpoofed: boolean
}

/** What a packet carries from hook to hook. */
export interface Carried {
  readonly mark: number
  /** A rule kept connection tracking from it. */
  readonly isUntracked: boolean
}

/** What the packet alone does not tell. */
export interface Surroundings {
  /** Whether the address is one of the host's own. */
  readonly isLocal: (address: Address) => boolean
  /** Whether the way back to the source does not lead out of the interface it came in by. */
  readonly isSpoofed: (packet: Packet) => boolean
}

/** Priorities of the kernel's own hooks (nf_ip_hook_priorities). */
const conntrack = -200
const dnat = -100

const untouched: Carried = { mark: 0, isUntracked: false }

/** What ends here or is rewritten was sent to this host, and nobody spoofs. */
function assumedSurroundings(packet: Packet): Surroundings {
  const endsHere = packet.oif === undefined
  const isLocal = (address: Address): boolean => !sameAddress(address, packet.destination) || endsHere
  return { isLocal, isSpoofed: () => false }
}

export function seenAt(
  packet: Packet,
  { hook, priority }: Pick<BaseHook, 'hook' | 'priority'>,
  start: { readonly carried?: Carried; readonly surroundings?: Surroundings } = {},
): SeenPacket {
  const { carried = untouched, surroundings = assumedSurroundings(packet) } = start
  const arrives = hook === 'prerouting' || hook === 'output'
  const isBeforeDnat = arrives && priority < dnat && packet.original !== undefined
  const destination = isBeforeDnat ? packet.original.destination : packet.destination
  const isRouted = packet.iif !== undefined && packet.oif !== undefined && !arrives
  return {
    iifname: packet.iif ?? '',
    oifname: hook === 'prerouting' || hook === 'input' ? '' : (packet.oif ?? ''),
    isLocalOrigin: packet.iif === undefined,
    family: packet.source.family,
    saddr: keyValue(packet.source),
    daddr: keyValue(destination),
    protocol: packet.protocol,
    sport: packet.sourcePort,
    dport: isBeforeDnat ? packet.original.destinationPort : packet.destinationPort,
    icmp: packet.icmp,
    hopLimit: isRouted ? packet.hopLimit - 1 : packet.hopLimit,
    state: carried.isUntracked
      ? 'untracked'
      : arrives && priority < conntrack
        ? stateBeforeConntrack(packet)
        : packet.state,
    // the mark is the connection's: only its first packet comes to the early hooks without it
    isRewritten: packet.original !== undefined && !(isBeforeDnat && packet.state === 'new') && !carried.isUntracked,
    mark: carried.mark,
    isLocalDestination: surroundings.isLocal(destination),
    isSpoofed: surroundings.isSpoofed(packet),
  }
}

/** A packet that connection tracking has not seen is matched by `invalid`; on loopback it was seen when it was sent. */
function stateBeforeConntrack({ iif, state }: Packet): ConnectionState {
  return state === 'untracked' || iif === 'lo' ? state : 'invalid'
}

function keyValue(address: Address): KeyValue {
  return { text: printAddress(address), number: address.value }
}
