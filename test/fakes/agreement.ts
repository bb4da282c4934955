/** Puts one packet before the oracle and the evaluator. */

import type { Surroundings } from '../../src/explain/seen-packet.ts'
import { type Trace, trace } from '../../src/explain/trace.ts'
import type { FailsafePreset } from '../../src/host/agent-configuration.ts'
import type { HostFacts } from '../../src/host/host-facts.ts'
import type { Packet } from '../../src/packet/packet.ts'
import { compileForHost, readPolicy } from '../../src/pipeline.ts'
import type { HostView } from '../../src/policy/host-view.ts'
import type { Ruleset } from '../../src/ruleset/ruleset.ts'
import type { Ruling } from '../oracle/ruling.ts'
import type { Witness } from '../oracle/witness.ts'
import { judge } from '../oracle.ts'
import { filesOf, type PlainDocument } from './plain-document.ts'
import { missingProfile } from './random-policy.ts'

export interface Compiled {
  readonly view: HostView
  readonly ruleset: Ruleset
}

export interface Host {
  readonly facts: HostFacts
  readonly failsafes: FailsafePreset
}

/** What is wrong, when the documents are not valid. */
export function compileDocuments(documents: readonly PlainDocument[], { facts, failsafes }: Host): Compiled | string {
  const { value, diagnostics } = readPolicy(filesOf(documents))
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  if (errors.length > 0) return errors.map(({ message }) => message).join('\n')
  const policySet = { ...value, profiles: value.profiles.filter(({ name }) => name !== missingProfile) }
  return compileForHost({ policySet, facts, failsafes, controlPorts: [] }).value
}

export interface Judgement {
  readonly ruling: Ruling
  readonly trace: Trace
  readonly agree: boolean
}

export function askBoth({ view, ruleset }: Compiled, packet: Packet, witness?: Witness): Judgement {
  const ruling = judge(view, packet, witness)
  const found = trace({ ruleset, packet, surroundings: surroundingsFor(view, packet) })
  return { ruling, trace: found, agree: ruling.verdict === found.verdict && !found.unknown }
}

/** As the oracle takes them: what ends here or is rewritten was sent to this host; a workload's addresses are its routes. */
function surroundingsFor(view: HostView, { oif, original }: Packet): Surroundings {
  return {
    isLocal: () => oif === undefined || original !== undefined,
    isSpoofed: ({ iif, source }) => {
      const own = view.workloads.find(({ workload }) => workload.interfaceName === iif)?.workload.addresses ?? []
      const isUnspecified = source.family === 6 && source.value === 0n
      return !isUnspecified && !own.some(({ family, value }) => family === source.family && value === source.value)
    },
  }
}
