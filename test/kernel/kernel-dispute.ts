/** The check of one random policy in the kernel: its table is listed as it was compiled, its packets go where the evaluator says. */

import type { Trace } from '../../src/explain/trace.ts'
import type { Packet } from '../../src/packet/packet.ts'
import { printPacket } from '../../src/packet/print-packet.ts'
import type { HostView } from '../../src/policy/host-view.ts'
import { surroundingsOf } from '../../src/resolve/surroundings.ts'
import { printTable } from '../../src/ruleset/print-table.ts'
import { type Compiled, compileDocuments } from '../fakes/agreement.ts'
import type { Coverage } from '../fakes/coverage.ts'
import { diceOf } from '../fakes/dice.ts'
import { traceText } from '../fakes/dispute.ts'
import { addPacket, witnessFor } from '../fakes/met-coverage.ts'
import { type PlainDocument, printDocument } from '../fakes/plain-document.ts'
import { type RandomCase, randomCase } from '../fakes/random-case.ts'
import { randomHostFacts } from '../fakes/random-policy.ts'
import { shrinkDocuments } from '../fakes/shrink-documents.ts'
import { judge } from '../oracle.ts'
import type { InjectionLab } from './injection-lab.ts'
import { askKernel, type Passage } from './kernel-agreement.ts'
import { randomLabPlan, routeTo } from './lab-plans.ts'
import { differingLines, listing } from './listed-table.ts'
import { randomFlights } from './random-flights.ts'

const packetsOfPolicy = 44
const shrinkingTries = 200

/** Packets that the kernel carried without a firewall are added to the coverage, `left out` counts the others. */
export function findKernelDispute(seed: string, lab: InjectionLab, coverage: Coverage): string | undefined {
  const randomOne = randomCase(seed)
  const { compiled, documents, stock } = randomOne
  const flights = randomFlights(diceOf(`${seed} kernel`), stock, packetsOfPolicy).map((packet) =>
    asKnown(packet, compiled.view),
  )
  const passages = ask(lab, compiled, flights)
  const lines = differingLines(
    printTable(listing(lab.run('nft -s -n list table inet rampart'))),
    printTable(compiled.ruleset),
  )
  if (lines.length > 0) return `seed ${seed}\n${documents.map(printDocument).join('---\n')}\n${lines.join('\n')}`
  const witness = witnessFor(coverage)
  for (const [at, passage] of passages.entries()) {
    const flight = flights[at]
    if (flight === undefined) continue
    if (passage?.agree === false) return `seed ${seed}\n${describeSmallest(lab, randomOne, flight)}`
    const [first = flight] = passage?.packets ?? []
    if (passage === undefined) coverage.add('left out', flight.source.family)
    else {
      // what it met on its way only the oracle tells
      addPacket(coverage, first, { ...judge(compiled.view, first, witness), verdict: passage.verdict })
    }
  }
  return undefined
}

/** Before an untracked egress list the kernel knows only the interface by which a packet would leave unrewritten, which no packet of ours says. */
function asKnown(packet: Packet, { endpoints }: HostView): Packet {
  const hasUntrackedEgress = endpoints.some(({ lists }) => lists.untracked.egress.tiers.length > 0)
  return packet.iif === undefined && hasUntrackedEgress ? { ...packet, original: undefined } : packet
}

/** The lab's routes are there whether a policy knows the workloads behind them or not. */
function ask(
  lab: InjectionLab,
  { view, ruleset }: Compiled,
  flights: readonly Packet[],
): readonly (Passage | undefined)[] {
  const told = surroundingsOf(view, randomHostFacts)
  const isSpoofed = (packet: Packet): boolean =>
    told.isSpoofed(packet) && routeTo(randomLabPlan, packet.source) !== packet.iif
  return askKernel(lab, { ruleset, surroundings: { ...told, isSpoofed } }, flights)
}

function describeSmallest(lab: InjectionLab, { documents, host }: RandomCase, flight: Packet): string {
  const disputeOver = (candidate: readonly PlainDocument[]): string | undefined => {
    const compiled = compileDocuments(candidate, host)
    if (typeof compiled === 'string') return undefined
    const [passage] = ask(lab, compiled, [flight])
    return passage?.agree === false ? describe(compiled, flight, passage) : undefined
  }
  const fails = (candidate: readonly PlainDocument[]): boolean => disputeOver(candidate) !== undefined
  const smallest = shrinkDocuments(documents, fails, shrinkingTries)
  const text = smallest.map(printDocument).join('---\n')
  return `${text}\n${disputeOver(smallest) ?? `alone it is no dispute any more: ${printPacket(flight)}`}`
}

export function describe({ ruleset }: Pick<Compiled, 'ruleset'>, flight: Packet, passage: Passage): string {
  const { packets, traces, passed, state } = passage
  const print = (one: Trace, at: number): string => traceText(ruleset, packets[at] ?? flight, one)
  const kernel = `kernel: ${passed} of ${packets.length} came to their end${state === undefined ? '' : `, ${state}`}`
  return `sent as: ${printPacket(flight)}\n${kernel}\nevaluator: ${traces.map(print).join('\n')}`
}
