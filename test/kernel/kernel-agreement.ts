/** Puts packets before the kernel and the evaluator: first without any firewall, which shows what the kernel takes them for. */

import { printReplacement } from '../../src/diff/print-script.ts'
import type { Surroundings } from '../../src/explain/seen-packet.ts'
import { type Trace, trace } from '../../src/explain/trace.ts'
import type { ConnectionState, Packet } from '../../src/packet/packet.ts'
import type { Ruleset } from '../../src/ruleset/ruleset.ts'
import type { InjectionLab } from './injection-lab.ts'
import type { Sighting } from './noting-table.ts'

/** One packet, or over loopback the two that it is: as it leaves and as it arrives. */
export interface Passage {
  /** As the kernel sees them without a firewall. */
  readonly packets: readonly Packet[]
  readonly traces: readonly Trace[]
  /** How many of them came to their end, in the kernel. */
  readonly passed: number
  /** What connection tracking called the one that came to its end last. */
  readonly state: string | undefined
  readonly verdict: 'allow' | 'deny'
  readonly agree: boolean
}

interface Subject {
  readonly ruleset: Ruleset
  readonly surroundings: Surroundings
}

const noFirewall = 'table inet rampart\ndelete table inet rampart'

/** In the order of the packets; undefined for one that the kernel does not carry anyway, or not as it is described. */
export function askKernel(
  lab: InjectionLab,
  { ruleset, surroundings }: Subject,
  packets: readonly Packet[],
): readonly (Passage | undefined)[] {
  const [open = [], filtered = []] = lab.carry(packets, [noFirewall, printReplacement(ruleset)])
  return packets.map((packet, at) => {
    const seen = packetsSeen(packet, open[at] ?? [])
    const passage = compare({ ruleset, surroundings }, seen, filtered[at] ?? [])
    return seen.length === 0 || isContradiction(passage) ? undefined : passage
  })
}

/** What a rule keeps from connection tracking is not rewritten, and goes elsewhere than the packet says. */
function isContradiction({ packets, traces }: Passage): boolean {
  const untracks = traces.some(({ stages }) => stages.some(({ left }) => left.state === 'untracked'))
  return untracks && packets.some(({ original }) => original !== undefined)
}

/** None when it did not come to its end, or in another state than it was to be rewritten in. */
function packetsSeen(packet: Packet, sightings: readonly Sighting[]): readonly Packet[] {
  const states = connectionStates(sightings)
  if (packet.original !== undefined && states[0] !== packet.state) return []
  return inOrder(sightings).map(({ iif, oif }, at) => ({ ...packet, iif, oif, state: states[at] ?? packet.state }))
}

function connectionStates(sightings: readonly Sighting[]): readonly ConnectionState[] {
  return inOrder(sightings).map(({ state }) => {
    if (state === 'new' || state === 'established' || state === 'related' || state === 'untracked') return state
    if (state === 'invalid') return state
    throw new Error(`no state: ${state}`)
  })
}

/** Over loopback a packet is seen as it leaves, then as it arrives. */
function inOrder(sightings: readonly Sighting[]): readonly Sighting[] {
  return [...sightings.filter(({ oif }) => oif === 'lo'), ...sightings.filter(({ oif }) => oif !== 'lo')]
}

function compare(subject: Subject, packets: readonly Packet[], sightings: readonly Sighting[]): Passage {
  const traces: Trace[] = []
  let state: ConnectionState | undefined
  for (const packet of packets) {
    const one = trace({ ...subject, packet: state === 'untracked' ? { ...packet, state } : packet })
    traces.push(one)
    if (one.verdict === 'deny') break
    state = one.stages.at(-1)?.left.state ?? packet.state
  }
  const expected = traces.filter(({ verdict }) => verdict === 'allow').length
  const last = inOrder(sightings).at(-1)?.state
  return {
    packets,
    traces,
    passed: sightings.length,
    state: last,
    verdict: sightings.length === packets.length ? 'allow' : 'deny',
    agree: expected === sightings.length && state === last && !traces.some(({ unknown }) => unknown),
  }
}
