/** `rampart explain`: what the policy does with one packet, stage by stage, and which line says so. */

import { createStyle } from '../../diagnostic/style.ts'
import { printTraceJson, printTraceText, type TraceContext } from '../../explain/print-trace.ts'
import { printPacket } from '../../packet/print-packet.ts'
import { readPacket } from '../../packet/read-packet.ts'
import { isQuestion } from '../../packet/read-question.ts'
import { HostExplainer } from '../../pipeline/host-explainer.ts'
import { type CommandIo, type Format, UsageError } from '../command-io.ts'
import { compileTarget } from '../compile-target.ts'
import { explainQuestion } from '../explain-question.ts'
import { openPolicyTarget, type PolicyOptions } from '../policy-target.ts'

export interface ExplainOptions extends PolicyOptions {
  readonly format: Format
  readonly all?: boolean
  readonly whyNot?: boolean
  readonly expect?: 'allow' | 'deny'
}

/** Exit 0: explained; 1: the policy has errors, or the verdict is not the one of --expect. */
export async function explain(words: readonly string[], options: ExplainOptions, io: CommandIo): Promise<number> {
  if (isQuestion(words)) return await explainQuestion(words, options, io)
  const { packet, assumed, faults } = readPacket(words)
  if (packet === undefined) throw new UsageError(faults.join('\nrampart: '))
  const target = await openPolicyTarget(options, io.color.err)
  const compiled = await compileTarget(target, io)
  if (compiled === undefined) return 1
  const input = { policySet: compiled.policySet, facts: compiled.facts, ...target.settings }
  const explanation = new HostExplainer(input, target.moment, compiled).explain(packet)
  const { trace, originOf } = explanation
  const denial = explanation.denial()
  const context: TraceContext = {
    sets: compiled.ruleset.sets,
    packet: printPacket(packet),
    assumed,
    detail: options.all === true ? 'every' : 'deciding',
    staged: explanation.staged(),
    originOf,
    denial: denial && { ...denial, detail: options.whyNot === true ? 'every' : 'nearest' },
  }
  io.out(
    options.format === 'json'
      ? printTraceJson(trace, context)
      : printTraceText(trace, context, createStyle(io.color.out)),
  )
  if (options.expect === undefined || options.expect === trace.verdict) return 0
  io.err(`rampart: expected ${options.expect}, but the packet meets ${trace.verdict}\n`)
  return 1
}
