/** One host's table and packets -> what becomes of each, which lines say so, and of what is denied which line would have to change. */

import { askedList } from '../compile/asked-list.ts'
import { type FoundOrigin, findOrigin } from '../compile/find-origin.ts'
import { stagedEffects, withoutStaged } from '../compile/staged-effects.ts'
import type { StagedAnswer } from '../explain/print-trace.ts'
import type { WhyNotContext } from '../explain/print-why-not.ts'
import type { Step } from '../explain/step.ts'
import { type Trace, trace } from '../explain/trace.ts'
import { type WhyNot, whyNot } from '../explain/why-not.ts'
import type { HostFacts } from '../host/host-facts.ts'
import { sameAddress } from '../net/address.ts'
import type { Packet } from '../packet/packet.ts'
import { compileForHost, type HostCompilation } from '../pipeline.ts'
import { policyAt } from '../policy/expiry.ts'
import type { HostView } from '../policy/host-view.ts'
import { type AddressCuts, addressCuts } from '../resolve/address-pieces.ts'
import { type ResolveInput, resolveHost } from '../resolve/resolve-host.ts'
import { type Surroundings, surroundingsOf } from '../resolve/surroundings.ts'
import type { Ruleset } from '../ruleset/ruleset.ts'

export interface Explanation {
  readonly trace: Trace
  readonly originOf: (step: Step) => FoundOrigin | undefined
  /** What is tried out beside and would have decided otherwise. */
  staged(): readonly StagedAnswer[]
  /** Undefined for what is allowed, and where no list of policies denied. */
  denial(): Denial | undefined
}

export interface Denial extends Omit<WhyNotContext, 'detail'> {
  readonly why: WhyNot
}

export class HostExplainer {
  readonly compilation: HostCompilation
  readonly facts: HostFacts
  private readonly input: ResolveInput
  private readonly moment: Date
  private readonly table: Ruleset
  private readonly surroundings: Surroundings
  /** With what has expired, which is a reason, too. */
  private whole: HostView | undefined
  private knownCuts: AddressCuts | undefined

  /** @param input with the revision as it was read, whatever has expired by the moment */
  constructor(input: ResolveInput, moment: Date, compilation = compileAt(input, moment)) {
    this.input = input
    this.facts = input.facts
    this.moment = moment
    this.compilation = compilation
    this.table = withoutStaged(compilation.ruleset)
    this.surroundings = surroundingsOf(compilation.view, input.facts)
  }

  /** Where addresses may meet different fates. */
  get cuts(): AddressCuts {
    this.knownCuts ??= addressCuts(this.compilation.view, this.facts)
    return this.knownCuts
  }

  /** What costs more than the verdict is worked out when it is asked for. */
  explain(packet: Packet): Explanation {
    const { compilation, table } = this
    const surroundings = withDestination(this.surroundings, packet)
    const found = trace({ ruleset: table, packet, surroundings })
    return {
      trace: found,
      originOf: (step) => findOrigin(step, compilation),
      staged: () => {
        const { stages } = trace({ ruleset: compilation.ruleset, packet, surroundings })
        const counted = stages.flatMap(({ steps }) => steps.flatMap((step) => step.counters))
        return stagedEffects(counted, compilation)
      },
      denial: () => (found.verdict === 'deny' && !found.unknown ? this.denialOf(found, packet) : undefined),
    }
  }

  private denialOf({ stages, decidedBy }: Trace, packet: Packet): Denial | undefined {
    const last = stages.at(-1)
    this.whole ??= resolveHost(this.input).value
    const place = { chain: last?.chain ?? '', iif: packet.iif, oif: packet.oif }
    const asked = askedList(this.whole, place)
    if (last === undefined || asked === undefined || decidedBy === undefined) return undefined
    const why = whyNot(asked, last.seen, this.moment.getTime())
    const origin = findOrigin(decidedBy, this.compilation)?.text
    // what a list did not deny has another reason: an invalid packet, one that was ended
    if (why === undefined || origin !== (why.deniedBy?.text ?? asked.denial)) return undefined
    return { why, seen: last.seen, sets: asked.sets, denial: asked.denial }
  }
}

function compileAt(input: ResolveInput, moment: Date): HostCompilation {
  return compileForHost({ ...input, policySet: policyAt(input.policySet, moment) }).value
}

/** A packet that is said to end here has its destination here, whether or not the facts know the address. */
function withDestination(surroundings: Surroundings, packet: Packet): Surroundings {
  const endsHere = (address: Packet['destination']): boolean =>
    packet.oif === undefined && sameAddress(address, packet.destination)
  return { ...surroundings, isLocal: (address) => endsHere(address) || surroundings.isLocal(address) }
}
