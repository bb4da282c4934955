/** Whether a table would let a connection be opened as it was: its first packet, traced. */

import { endOf, type Flow, type Route, type RouteTo } from '../flow/flow.ts'
import type { Packet } from '../packet/packet.ts'
import type { Ruleset } from '../ruleset/ruleset.ts'
import { candidateRules } from './candidate-rules.ts'
import type { Surroundings } from './seen-packet.ts'
import { trace } from './trace.ts'

/** `unknown`: a rule of somebody else may decide. */
export type FlowVerdict = 'allow' | 'deny' | 'unknown'

/**
 * Of one table, for many connections: a verdict for each way that the connection may take, none when no route tells. Cannot fail.
 * Packets are assumed to come in where answers to them may go out.
 */
export function flowJudge(ruleset: Ruleset, routeTo: RouteTo): (flow: Flow) => readonly FlowVerdict[] {
  const candidates = candidateRules(ruleset)
  const surroundings: Surroundings = {
    isLocal: (address) => routeTo(address)?.type === 'local',
    isSpoofed: () => false,
  }
  const judgeWay = (packets: readonly Packet[]): FlowVerdict => {
    const traces = packets.map((packet) => trace({ ruleset, packet, surroundings, candidates }))
    if (traces.some(({ unknown }) => unknown)) return 'unknown'
    return traces.some(({ verdict }) => verdict === 'deny') ? 'deny' : 'allow'
  }
  return (flow) => waysOf(flow, routeTo).map(judgeWay)
}

/** Of each way one packet, or on loopback the same one as it leaves and as it arrives. */
function waysOf(flow: Flow, routeTo: RouteTo): readonly (readonly Packet[])[] {
  const from = routeTo(flow.source)
  const to = routeTo(endOf(flow).destination)
  if (from === undefined || to === undefined) return []
  if (from.type === 'local' && to.type === 'local')
    return [[firstPacket(flow, { iif: undefined, oif: 'lo' }), firstPacket(flow, { iif: 'lo', oif: undefined })]]
  return interfacesOf(from).flatMap((iif) => interfacesOf(to).map((oif) => [firstPacket(flow, { iif, oif })]))
}

function interfacesOf(route: Route): readonly (string | undefined)[] {
  return route.type === 'local' ? [undefined] : route.names
}

function firstPacket(flow: Flow, { iif, oif }: Pick<Packet, 'iif' | 'oif'>): Packet {
  const { rewritten, protocol, source, sourcePort, icmp } = flow
  const { destination, destinationPort } = endOf(flow)
  const original =
    rewritten === undefined ? undefined : { destination: flow.destination, destinationPort: flow.destinationPort }
  // no object spread: it is a third of the time that judging a connection takes
  return {
    iif,
    oif,
    source,
    destination,
    protocol,
    sourcePort,
    destinationPort,
    icmp,
    hopLimit: 64,
    state: 'new',
    original,
  }
}
