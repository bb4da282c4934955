/** Puts one packet before the oracle and the evaluator. */

import { assumedSurroundings } from '../../src/access/assumed-surroundings.ts'
import type { Compilation } from '../../src/compile/compilation.ts'
import { compileHost } from '../../src/compile/compile-host.ts'
import { type Trace, trace } from '../../src/explain/trace.ts'
import type { FailsafePreset } from '../../src/host/agent-configuration.ts'
import type { HostFacts } from '../../src/host/host-facts.ts'
import type { Packet } from '../../src/packet/packet.ts'
import { readPolicy } from '../../src/pipeline.ts'
import type { HostView } from '../../src/policy/host-view.ts'
import type { PolicySet } from '../../src/policy/policy-set.ts'
import { resolveHost } from '../../src/resolve/resolve-host.ts'
import { printTable } from '../../src/ruleset/print-table.ts'
import type { Ruleset } from '../../src/ruleset/ruleset.ts'
import type { Ruling } from '../oracle/ruling.ts'
import { judgeStaged, stagedText } from '../oracle/staged.ts'
import type { Witness } from '../oracle/witness.ts'
import { judge } from '../oracle.ts'
import { filesOf, type PlainDocument } from './plain-document.ts'
import { missingProfile } from './random-policy.ts'

export interface Compiled {
  readonly view: HostView
  readonly ruleset: Ruleset
  readonly counters: Compilation['counters']
}

export interface Host {
  readonly facts: HostFacts
  readonly failsafes: FailsafePreset
  /** Of one interval set; undefined: as everywhere. */
  readonly mostIntervals?: number
}

/** What is wrong, when the documents are not valid. */
export function compileDocuments(documents: readonly PlainDocument[], host: Host): Compiled | string {
  const { facts, failsafes, mostIntervals } = host
  const { value, diagnostics } = readPolicy(filesOf(documents))
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  if (errors.length > 0) return errors.map(({ message }) => message).join('\n')
  const policySet = { ...value, profiles: value.profiles.filter(({ name }) => name !== missingProfile) }
  const viewOf = (set: PolicySet) => resolveHost({ policySet: set, facts, failsafes, controlPorts: [] }).value
  const options = mostIntervals === undefined ? {} : { mostIntervals }
  const view = viewOf(policySet)
  const compiled = compileHost(view, { ...options, before: compileHost(viewOf(halfOf(policySet)), options) })
  const isSame = printTable(compiled.ruleset) === printTable(compileHost(view, options).ruleset)
  return isSame ? { view, ...compiled } : 'what was compiled before decides about the table'
}

/** Another policy with much in common. */
function halfOf(set: PolicySet): PolicySet {
  const half = <T>(list: readonly T[]): readonly T[] => list.filter((_, at) => at % 2 === 0)
  return { ...set, policies: half(set.policies), networkSets: half(set.networkSets) }
}

export interface Judgement {
  readonly ruling: Ruling
  readonly trace: Trace
  /** What the staged policies would have done otherwise: as the oracle says, and as the table counts. */
  readonly staged: { readonly expected: readonly string[]; readonly counted: readonly string[] }
  readonly agree: boolean
}

export function askBoth({ view, ruleset, counters }: Compiled, packet: Packet, witness?: Witness): Judgement {
  const ruling = judge(view, packet, witness)
  const found = trace({ ruleset, packet, surroundings: assumedSurroundings(view, packet) })
  const staged = { expected: judgeStaged(view, packet), counted: stagedCounts(found, counters) }
  const agree = ruling.verdict === found.verdict && !found.unknown && `${staged.expected}` === `${staged.counted}`
  return { ruling, trace: found, staged, agree }
}

function stagedCounts({ stages }: Trace, counters: Compiled['counters']): readonly string[] {
  const names = stages.flatMap(({ steps }) => steps.flatMap((step) => step.counters))
  const texts = names.flatMap((name) => {
    const counted = counters.get(name)
    return counted?.type === 'staged' ? [stagedText(counted, counted.direction, counted.outcome)] : []
  })
  return [...new Set(texts)].sort()
}
