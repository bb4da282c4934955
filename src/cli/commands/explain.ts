/** `rampart explain`: what the policy does with one packet, stage by stage, and which line says so. */

import { findOrigin } from '../../compile/find-origin.ts'
import { stagedEffects, withoutStaged } from '../../compile/staged-effects.ts'
import { createStyle } from '../../diagnostic/style.ts'
import { printTraceJson, printTraceText } from '../../explain/print-trace.ts'
import { trace } from '../../explain/trace.ts'
import { sameAddress } from '../../net/address.ts'
import type { Packet } from '../../packet/packet.ts'
import { printPacket } from '../../packet/print-packet.ts'
import { readPacket } from '../../packet/read-packet.ts'
import { type Surroundings, surroundingsOf } from '../../resolve/surroundings.ts'
import { type CommandIo, type Format, UsageError } from '../command-io.ts'
import { compileTarget } from '../compile-target.ts'
import { openPolicyTarget, type PolicyOptions } from '../policy-target.ts'

export interface ExplainOptions extends PolicyOptions {
  readonly format: Format
  readonly all?: boolean
  readonly expect?: 'allow' | 'deny'
}

/** Exit 0: explained; 1: the policy has errors, or the verdict is not the one of --expect. */
export async function explain(words: readonly string[], options: ExplainOptions, io: CommandIo): Promise<number> {
  const { packet, assumed, faults } = readPacket(words)
  if (packet === undefined) throw new UsageError(faults.join('\nrampart: '))
  const target = await openPolicyTarget(options, io.color.err)
  const compiled = await compileTarget(target, io)
  if (compiled === undefined) return 1
  const surroundings = withDestination(surroundingsOf(compiled.view, compiled.facts), packet)
  const found = trace({ ruleset: withoutStaged(compiled.ruleset), packet, surroundings })
  const beside = trace({ ruleset: compiled.ruleset, packet, surroundings })
  const counted = beside.stages.flatMap(({ steps }) => steps.flatMap((step) => step.counters))
  const context = {
    sets: compiled.ruleset.sets,
    packet: printPacket(packet),
    assumed,
    detail: options.all === true ? 'every' : 'deciding',
    staged: stagedEffects(counted, compiled),
    originOf: (step: Parameters<typeof findOrigin>[0]) => findOrigin(step, compiled),
  } as const
  io.out(
    options.format === 'json'
      ? printTraceJson(found, context)
      : printTraceText(found, context, createStyle(io.color.out)),
  )
  if (options.expect === undefined || options.expect === found.verdict) return 0
  io.err(`rampart: expected ${options.expect}, but the packet meets ${found.verdict}\n`)
  return 1
}

/** A packet that is said to end here has its destination here, whether or not the facts know the address. */
function withDestination(surroundings: Surroundings, packet: Packet): Surroundings {
  const endsHere = (address: Packet['destination']): boolean =>
    packet.oif === undefined && sameAddress(address, packet.destination)
  return { ...surroundings, isLocal: (address) => endsHere(address) || surroundings.isLocal(address) }
}
