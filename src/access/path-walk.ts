/** Many packets at once on one path through a host, and what decides about each of them (behaviour.md 4.4 to 4.8 with section 12). */

import type { ConnectionState } from '../packet/packet.ts'
import type { PacketSet, PacketSets } from '../packet-set/packet-sets.ts'
import type { EndpointView, HostView } from '../policy/host-view.ts'
import type { Direction } from '../policy/rule.ts'
import {
  failsafePackets,
  failsafeReplies,
  forbiddenTunnels,
  neighbourPackets,
  ofFamilies,
  ofOwnAddresses,
  workloadNeighbourPackets,
} from './built-in-sets.ts'
import { builtIn } from './cause.ts'
import { allowed, denied, type Flow, FlowRuler, type Part } from './flow.ts'
import type { Decision, ListDecisions } from './list-decisions.ts'
import type { Place } from './places.ts'
import type { RevisionAccess } from './revision-access.ts'
import type { Sight } from './rule-sets.ts'

export interface Path {
  /** Undefined for packets that the host sends itself. */
  readonly from: Place | undefined
  /** Undefined for packets that end on the host. With both they are forwarded. */
  readonly to: Place | undefined
  readonly state: ConnectionState
  /** Whether DNAT changes the packets: then the original fields are what they were sent to. */
  readonly isRewritten: boolean
}

export class PathWalk {
  private readonly ruler: FlowRuler
  private readonly access: RevisionAccess
  private readonly sets: PacketSets
  private readonly view: HostView
  private readonly path: Path

  constructor(access: RevisionAccess, view: HostView, path: Path) {
    this.access = access
    this.sets = access.sets
    this.ruler = new FlowRuler(access.sets)
    this.view = view
    this.path = path
  }

  /** Disjoint. */
  get rulings(): readonly Decision[] {
    return this.ruler.rulings
  }

  /** S1 and S2. @returns what goes on */
  enter(region: PacketSet): readonly Flow[] {
    const unpoliced: Part = { packets: region, cause: builtIn('unpoliced') }
    const whole: Flow = { parts: [unpoliced], state: this.path.state, isEarly: false }
    const filtered = ofFamilies(this.sets, this.view.settings.families)
    const flow = this.ruler.settle(whole, this.sets.complement(filtered), allowed('unpoliced'))
    return this.passRaw(flow).flatMap((next) => (next.isEarly ? [next] : this.passPreDnat(next)))
  }

  /** What goes on after the last step is allowed. */
  leave({ parts }: Flow): void {
    for (const { packets, cause } of parts) this.ruler.rule({ packets, verdict: 'allow', cause })
  }

  /** S3a. @returns what goes on */
  passToHost(flow: Flow): Flow {
    const { from } = this.path
    if (from?.isWorkload) return this.passFromWorkload(flow, from)
    return flow.isEarly ? flow : this.passNormal(flow, from, 'ingress')
  }

  /** S3c, and S4 for what was rewritten. @returns what goes on */
  passFromHost(flow: Flow): Flow {
    const { to } = this.path
    return flow.isEarly || to?.isWorkload ? flow : this.passNormal(flow, to, 'egress')
  }

  /** S3b, the steps that know where the packets come from. @returns what goes on */
  passInward(flow: Flow): Flow {
    const { from } = this.path
    const skips = flow.isEarly || from?.endpoint === undefined
    const next = skips ? flow : this.passForward(flow, from.endpoint, 'ingress')
    return from?.isWorkload ? this.passWorkload(next, from, 'egress') : next
  }

  /** S3b, the steps that know where they go. @returns what goes on */
  passOutward(flow: Flow): Flow {
    const { to } = this.path
    const next = to?.isWorkload ? this.passWorkload(flow, to, 'ingress') : flow
    return to?.endpoint === undefined ? next : this.passForward(next, to.endpoint, 'egress')
  }

  /** S1. Connection tracking has not seen the packets, so their state says nothing here. */
  private passRaw(flow: Flow): readonly Flow[] {
    const { from, to } = this.path
    if (from?.isWorkload) return [this.ruler.settle(flow, this.spoofedPackets(from), denied('spoofed source'))]
    const direction: Direction = from === undefined ? 'egress' : 'ingress'
    const endpoint = (from ?? to)?.endpoint
    const list = endpoint?.lists.untracked[direction]
    if (list === undefined || list.tiers.length === 0) return [flow]
    const question = { direction, sight: this.sight }
    const failsafes = this.sets.union(
      failsafePackets(this.sets, this.view.settings, question),
      failsafeReplies(this.sets, this.view.settings, question),
    )
    const exempt = direction === 'egress' || this.endsHere ? failsafes : this.sets.none
    return this.passEarly(
      { ...flow, isEarly: false },
      {
        exempt: this.sets.union(neighbourPackets(this.sets), exempt),
        decided: this.access.tiersOf(list, { view: this.view, ...question }),
        early: 'untracked',
      },
    )
  }

  /** S2. An Allow skips the inward side of what follows, without a decision nothing is skipped. */
  private passPreDnat(flow: Flow): readonly Flow[] {
    const { sets, view } = this
    const list = this.path.from?.endpoint?.lists.preDnat.ingress
    if (list === undefined || list.tiers.length === 0 || isKnown(flow)) return [flow]
    const neighbours = neighbourPackets(sets)
    if (this.isDropped(flow)) return [this.ruler.settle(flow, sets.complement(neighbours), denied('invalid state'))]
    const question = { direction: 'ingress', sight: this.sight } as const
    const failsafes = this.endsHere ? failsafePackets(sets, view.settings, question) : sets.none
    const decided = this.access.tiersOf(list, { view, ...question })
    return this.passEarly(flow, { exempt: sets.union(neighbours, failsafes), decided, early: flow.state })
  }

  private passEarly(
    flow: Flow,
    {
      exempt,
      decided,
      early,
    }: { readonly exempt: PacketSet; readonly decided: ListDecisions; readonly early: ConnectionState },
  ): readonly Flow[] {
    const asked = this.ruler.without(flow, exempt)
    const answer = this.ruler.ask(asked, decided)
    const undecided = this.sets.union(exempt, decided.undecided)
    return [
      { parts: answer.goOn, state: early, isEarly: true },
      { ...flow, parts: this.ruler.within(flow.parts, undecided) },
    ]
  }

  private passNormal(flow: Flow, place: Place | undefined, direction: Direction): Flow {
    const { sets, view } = this
    const endpoint = place?.endpoint
    if (endpoint === undefined) return flow
    const rest = this.ruler.settle(flow, neighbourPackets(sets), allowed('neighbour discovery'))
    if (isKnown(flow)) return this.ruler.finish(rest, allowed('known flow'))
    if (this.isDropped(flow)) return this.ruler.finish(rest, denied('invalid state'))
    const failsafes = failsafePackets(sets, view.settings, { direction, sight: 'as-it-is' })
    const asked = this.ruler.settle(rest, failsafes, allowed('failsafe'))
    const { goOn } = this.ruler.ask(asked, this.access.normalOf(endpoint.lists.normal[direction], { view, direction }))
    return { ...flow, parts: goOn }
  }

  /** EV-43: without the marks of the early stages. */
  private passFromWorkload(flow: Flow, from: Place): Flow {
    const { sets, view } = this
    if (from.workload === undefined) return this.ruler.finish(flow, denied('unknown workload interface'))
    const asked = this.ruler.settle(flow, workloadNeighbourPackets(sets), allowed('neighbour discovery'))
    const passed = this.passWorkload(asked, from, 'egress')
    const drops = view.settings.endpointToHostAction === 'Drop'
    return drops ? this.ruler.finish(passed, denied('defaultEndpointToHostAction')) : passed
  }

  /** Without a decision the direction allows the packets (DV-4). */
  private passForward(flow: Flow, { lists }: EndpointView, direction: Direction): Flow {
    if (isKnown(flow)) return this.ruler.finish(flow, allowed('known flow'))
    if (this.isDropped(flow)) return this.ruler.finish(flow, denied('invalid state'))
    const list = lists.forward[direction]
    if (list.tiers.length === 0) return flow
    const { goOn, undecided } = this.ruler.ask(
      flow,
      this.access.tiersOf(list, { view: this.view, direction, sight: 'as-it-is' }),
    )
    return { ...flow, parts: [...goOn, ...undecided] }
  }

  /** EV-41, EV-42. */
  private passWorkload(flow: Flow, { workload }: Place, direction: Direction): Flow {
    const { view } = this
    if (workload === undefined) return this.ruler.finish(flow, denied('unknown workload interface'))
    if (isKnown(flow)) return this.ruler.finish(flow, allowed('known flow'))
    if (this.isDropped(flow)) return this.ruler.finish(flow, denied('invalid state'))
    const tunnels = direction === 'egress' ? forbiddenTunnels(this.sets, view.settings) : this.sets.none
    const asked = this.ruler.settle(flow, tunnels, denied('tunnel from a workload'))
    const { goOn } = this.ruler.ask(asked, this.access.normalOf(workload.lists[direction], { view, direction }))
    return { ...flow, parts: goOn }
  }

  /** EV-44, with a workload's addresses as its routes. */
  private spoofedPackets({ workload }: Place): PacketSet {
    const own = workload?.workload ?? { addresses: [] }
    return this.sets.complement(ofOwnAddresses(this.sets, own))
  }

  private get sight(): Sight {
    return this.path.isRewritten ? 'as-sent' : 'as-it-is'
  }

  /** The host rewrites what is sent to itself (FS-6, DV-3). */
  private get endsHere(): boolean {
    return this.path.to === undefined || this.path.isRewritten
  }

  private isDropped({ state }: Flow): boolean {
    return state === 'invalid' && this.view.settings.dropsInvalid
  }
}

function isKnown({ state }: Flow): boolean {
  return state === 'established' || state === 'related'
}
