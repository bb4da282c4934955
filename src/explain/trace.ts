/** A table and a packet -> what the table does with it, every step and why. */

import type { Packet } from '../packet/packet.ts'
import type { BaseHook, Chain } from '../ruleset/chain.ts'
import type { Ruleset } from '../ruleset/ruleset.ts'
import { type Candidates, everyRule } from './candidate-rules.ts'
import { type Carried, type Surroundings, seenAt } from './seen-packet.ts'
import type { Stage, Step } from './step.ts'
import { walkChain } from './walk-chain.ts'

export interface Trace {
  readonly verdict: 'allow' | 'deny'
  /** Whether a rule was tried that cannot be judged; the verdict is the one without it. */
  readonly unknown: boolean
  /** Whether anything but dispatch by interface was asked, or need not be for a known connection; false where the table leaves the packet alone. */
  readonly touched: boolean
  /** Of the base chains on the packet's way, in the kernel's order, up to the one that drops. */
  readonly stages: readonly Stage[]
  /** What dropped the packet, or the last that let it pass; undefined when no rule beyond dispatch did. */
  readonly decidedBy: Step | undefined
}

export interface TraceInput {
  readonly ruleset: Ruleset
  readonly packet: Packet
  /** Without them: what ends here or is rewritten was sent to this host, and nobody spoofs. */
  readonly surroundings?: Surroundings
  /** Which rules to try; without it each one, so that all is told. */
  readonly candidates?: Candidates
}

/** Cannot fail. A packet on loopback is traced twice: as it leaves (`oif`) and as it arrives (`iif`). */
export function trace({ ruleset, packet, surroundings, candidates = everyRule }: TraceInput): Trace {
  const stages: Stage[] = []
  let carried: Carried = { mark: 0, isUntracked: false }
  for (const base of baseChainsOn(hooksOf(packet), ruleset)) {
    const seen = seenAt(packet, base.hook, { carried, ...(surroundings === undefined ? {} : { surroundings }) })
    const stage = walkChain({ ruleset, base, seen, candidates })
    const untracks = seen.state !== 'untracked' && stage.left.state === 'untracked'
    carried = { mark: stage.left.mark, isUntracked: carried.isUntracked || untracks }
    stages.push(stage)
    if (stage.verdict === 'drop') break
  }
  const dropped = stages.at(-1)?.verdict === 'drop'
  const deciding = dropped ? stages.at(-1) : stages.findLast((stage) => stage.touched && stage.decidedBy !== undefined)
  return {
    verdict: dropped ? 'deny' : 'allow',
    unknown: stages.some((stage) => stage.unknown),
    touched: stages.some((stage) => stage.touched),
    stages,
    decidedBy: deciding?.decidedBy,
  }
}

function hooksOf({ iif, oif }: Packet): readonly string[] {
  if (iif === undefined) return ['output', 'postrouting']
  return oif === undefined ? ['prerouting', 'input'] : ['prerouting', 'forward', 'postrouting']
}

type BaseChain = Chain & { readonly hook: BaseHook }

function baseChainsOn(hooks: readonly string[], ruleset: Ruleset): readonly BaseChain[] {
  // a dormant table's chains hang on no hook
  if (ruleset.flags.includes('dormant')) return []
  const bases = basesOf(ruleset)
  return hooks.flatMap((hook) => bases.filter((base) => base.hook.hook === hook))
}

const known = new WeakMap<Ruleset, readonly BaseChain[]>()

/** By priority. Kept, since a table is asked about many packets. */
function basesOf(ruleset: Ruleset): readonly BaseChain[] {
  const found = known.get(ruleset)
  if (found !== undefined) return found
  const bases = [...ruleset.chains.values()].filter(isBase).sort((a, b) => a.hook.priority - b.hook.priority)
  known.set(ruleset, bases)
  return bases
}

function isBase(chain: Chain): chain is BaseChain {
  return chain.hook !== undefined
}
