/** The differential check of one random policy, and a disagreement in words, made as small as it can be. */

import { createStyle } from '../../src/diagnostic/style.ts'
import { printTraceText } from '../../src/explain/print-trace.ts'
import type { Trace } from '../../src/explain/trace.ts'
import type { Packet } from '../../src/packet/packet.ts'
import { printPacket } from '../../src/packet/print-packet.ts'
import type { Ruleset } from '../../src/ruleset/ruleset.ts'
import { askBoth, type Compiled, compileDocuments } from './agreement.ts'
import type { Coverage } from './coverage.ts'
import { addPacket, witnessFor } from './met-coverage.ts'
import { type PlainDocument, printDocument } from './plain-document.ts'
import { type RandomCase, randomCase } from './random-case.ts'
import { randomPacket } from './random-packet.ts'
import { shrinkDocuments } from './shrink-documents.ts'

/** Undefined when the oracle and the evaluator agree on as many random packets for the policy of the seed. */
export function findDispute(seed: string, packets: number, coverage: Coverage): string | undefined {
  const randomOne = randomCase(seed)
  const { dice, stock, compiled } = randomOne
  const witness = witnessFor(coverage)
  for (let index = 0; index < packets; index++) {
    const packet = randomPacket(dice, stock)
    const { agree, ruling } = askBoth(compiled, packet, witness)
    if (!agree) return `seed ${seed}\n${describeSmallest(randomOne, packet)}`
    addPacket(coverage, packet, ruling)
  }
  return undefined
}

/** Undefined when they agree on it. */
export function disputeOver(compiled: Compiled, packet: Packet): string | undefined {
  const { ruling, trace, staged, agree } = askBoth(compiled, packet)
  if (agree) return undefined
  const oracle = `oracle: ${ruling.verdict}, decided by ${ruling.decidedBy ?? 'nothing'}`
  const beside = `staged: ${staged.expected.join(', ') || 'none'}; counted: ${staged.counted.join(', ') || 'none'}`
  return `${oracle}\n${beside}\nevaluator: ${traceText(compiled.ruleset, packet, trace)}`
}

/** With every rule that was tried. */
export function traceText({ sets }: Ruleset, packet: Packet, trace: Trace): string {
  const words = `${printPacket(packet)} hop-limit=${packet.hopLimit}`
  const unknown = { originOf: () => undefined, staged: [], denial: undefined }
  const context = { sets, packet: words, assumed: [], detail: 'every', ...unknown } as const
  return printTraceText(trace, context, createStyle('plain'))
}

function describeSmallest({ documents, host }: RandomCase, packet: Packet): string {
  const dispute = (candidate: readonly PlainDocument[]): string | undefined => {
    const compiled = compileDocuments(candidate, host)
    return typeof compiled === 'string' ? undefined : disputeOver(compiled, packet)
  }
  const smallest = shrinkDocuments(documents, (candidate) => dispute(candidate) !== undefined)
  return `${smallest.map(printDocument).join('---\n')}\n${dispute(smallest)}`
}
