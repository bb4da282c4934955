/** Packets on their way through a host: what goes on, and what was ruled about the rest. */

import type { ConnectionState } from '../packet/packet.ts'
import type { PacketSet, PacketSets } from '../packet-set/packet-sets.ts'
import { type BuiltIn, builtIn, type Cause } from './cause.ts'
import type { Decision, ListDecisions } from './list-decisions.ts'

/** Of packets that go on: who was the last to allow them. */
export interface Part {
  readonly packets: PacketSet
  readonly cause: Cause
}

export interface Flow {
  readonly parts: readonly Part[]
  readonly state: ConnectionState
  /** Explicitly allowed before DNAT: the inward side of what follows is skipped (EV-31). */
  readonly isEarly: boolean
}

export type Ruling = Pick<Decision, 'verdict' | 'cause'>

export const allowed = (what: BuiltIn): Ruling => ({ verdict: 'allow', cause: builtIn(what) })
export const denied = (what: BuiltIn): Ruling => ({ verdict: 'deny', cause: builtIn(what) })

export class FlowRuler {
  /** Disjoint. */
  readonly rulings: Decision[] = []
  private readonly sets: PacketSets

  constructor(sets: PacketSets) {
    this.sets = sets
  }

  /** What the list denies is ruled; what it allows goes on as allowed by its rules. */
  ask(flow: Flow, decided: ListDecisions): { readonly goOn: readonly Part[]; readonly undecided: readonly Part[] } {
    const open = this.sets.unionOf(flow.parts.map(({ packets }) => packets))
    const goOn: Part[] = []
    for (const { packets, verdict, cause } of decided.decisions) {
      const met = this.sets.intersect(open, packets)
      if (met === this.sets.none) continue
      if (verdict === 'deny') this.rule({ packets: met, verdict, cause })
      else goOn.push({ packets: met, cause })
    }
    return { goOn, undecided: this.within(flow.parts, decided.undecided) }
  }

  /** Rules about those of the packets, and gives the rest. */
  settle(flow: Flow, packets: PacketSet, ruling: Ruling): Flow {
    for (const part of this.within(flow.parts, packets)) this.rule({ ...ruling, packets: part.packets })
    return this.without(flow, packets)
  }

  /** Rules about all of them: nothing goes on. */
  finish(flow: Flow, ruling: Ruling): Flow {
    for (const { packets } of flow.parts) this.rule({ ...ruling, packets })
    return { ...flow, parts: [] }
  }

  without(flow: Flow, packets: PacketSet): Flow {
    return { ...flow, parts: this.within(flow.parts, this.sets.complement(packets)) }
  }

  within(parts: readonly Part[], packets: PacketSet): readonly Part[] {
    return parts
      .map((part) => ({ packets: this.sets.intersect(part.packets, packets), cause: part.cause }))
      .filter((part) => part.packets !== this.sets.none)
  }

  rule(decision: Decision): void {
    if (decision.packets !== this.sets.none) this.rulings.push(decision)
  }
}
