/** One host in two revisions -> what it allows differently, path by path, and why. */

import type { PacketSet, PacketSets } from '../packet-set/packet-sets.ts'
import type { AccessChange, Way } from './access-change.ts'
import { ofOwnAddresses } from './built-in-sets.ts'
import type { Cause } from './cause.ts'
import type { HostAccess } from './host-access.ts'
import { mergeWays } from './merge-ways.ts'
import type { Path } from './path-walk.ts'
import type { Place } from './places.ts'
import { causeKey } from './reason.ts'
import { type Spot, spotsOf } from './spots.ts'

export interface HostPair {
  readonly base: HostAccess
  readonly head: HostAccess
}

/** New connections only: what is known to connection tracking passes in both. Equal changes on several interfaces are one. */
export function compareHost(sets: PacketSets, hosts: HostPair): readonly AccessChange[] {
  const comparison = new HostComparison(sets, hosts)
  const spots = spotsOf(hosts.base.view, hosts.head.view)
  return mergeWays([
    ...spots.flatMap((from) => comparison.compareLocal({ from, to: undefined })),
    ...spots.flatMap((to) => comparison.compareLocal({ from: undefined, to })),
    ...comparison.compareForwarded(spots.filter(({ interfaceName }) => interfaceName !== 'lo')),
  ])
}

interface Ends {
  readonly from: Spot | undefined
  readonly to: Spot | undefined
}

type Revision = 'base' | 'head'

/** What each revision allows. */
type Sides = Readonly<Record<Revision, PacketSet>>

type Rewriting = Pick<Path, 'isRewritten'>

interface Arrival {
  readonly spot: Spot
  readonly plain: Sides
  readonly rewritten: Sides
}

class HostComparison {
  private readonly sets: PacketSets
  private readonly hosts: HostPair

  constructor(sets: PacketSets, hosts: HostPair) {
    this.sets = sets
    this.hosts = hosts
  }

  compareLocal(ends: Ends): readonly AccessChange[] {
    const { base, head } = this.hosts
    const allowed = (rewriting: Rewriting): Sides => ({
      base: base.allowed(pathOf('base', ends, rewriting)),
      head: head.allowed(pathOf('head', ends, rewriting)),
    })
    const plain = allowed({ isRewritten: false })
    return this.compare(ends, { plain, rewritten: hasEarlyLists(ends) ? allowed({ isRewritten: true }) : plain })
  }

  compareForwarded(spots: readonly Spot[]): readonly AccessChange[] {
    const { base, head } = this.hosts
    const arrivals = spots.map((spot): Arrival => {
      const arriving = (rewriting: Rewriting): Sides => ({
        base: base.arriving(spot.base, rewriting),
        head: head.arriving(spot.head, rewriting),
      })
      const plain = arriving({ isRewritten: false })
      const isEarly = hasEarlyLists({ from: spot, to: undefined })
      return { spot, plain, rewritten: isEarly ? arriving({ isRewritten: true }) : plain }
    })
    return spots.flatMap((to) => {
      const departing = { base: base.departing(to.base), head: head.departing(to.head) }
      return arrivals.flatMap(({ spot, plain, rewritten }) =>
        this.compare(
          { from: spot, to },
          { plain: this.both(plain, departing), rewritten: this.both(rewritten, departing) },
        ),
      )
    })
  }

  private both(a: Sides, b: Sides): Sides {
    return { base: this.sets.intersect(a.base, b.base), head: this.sets.intersect(a.head, b.head) }
  }

  /** Packets that DNAT changes are told apart where it makes a difference. */
  private compare(
    ends: Ends,
    { plain, rewritten }: { readonly plain: Sides; readonly rewritten: Sides },
  ): readonly AccessChange[] {
    const [first, second] = [this.differenceOf(plain), this.differenceOf(rewritten)]
    const is = (rewriting: AccessChange['rewriting']) => ({ ends, rewriting })
    if (first.gained === second.gained && first.lost === second.lost) return this.changes(first, is('any'))
    return [...this.changes(first, is('only-unchanged')), ...this.changes(second, is('only-rewritten'))]
  }

  private differenceOf({ base, head }: Sides): Difference {
    return { gained: this.sets.minus(head, base), lost: this.sets.minus(base, head) }
  }

  private changes({ gained, lost }: Difference, question: Question): readonly AccessChange[] {
    return [...this.explain(gained, 'gains', question), ...this.explain(lost, 'loses', question)]
  }

  /** The packets in parts of equal reasons. */
  private explain(packets: PacketSet, effect: AccessChange['effect'], question: Question): readonly AccessChange[] {
    const { sets, hosts } = this
    if (packets === sets.none) return []
    const { ends, rewriting } = question
    const path = (revision: Revision) => pathOf(revision, ends, { isRewritten: rewriting === 'only-rewritten' })
    const earlier = hosts.base.rulings(path('base'), packets)
    const later = hosts.head.rulings(path('head'), packets)
    const found = new Map<string, { before: Cause; after: Cause; parts: PacketSet[] }>()
    for (const after of later)
      for (const before of earlier) {
        const part = sets.intersect(after.packets, before.packets)
        if (part === sets.none) continue
        const key = `${causeKey(before.cause)} -> ${causeKey(after.cause)}`
        const known = found.get(key)
        if (known === undefined) found.set(key, { before: before.cause, after: after.cause, parts: [part] })
        else known.parts.push(part)
      }
    return [...found.values()].map(({ before, after, parts }) => ({
      effect,
      way: wayOf(ends),
      rewriting,
      ...this.withoutOwnAddresses(sets.unionOf(parts), ends),
      before,
      after,
    }))
  }

  /** So that a change for many workloads is one: each of them sends with its own addresses only. */
  private withoutOwnAddresses(
    packets: PacketSet,
    { from }: Ends,
  ): Pick<AccessChange, 'packets' | 'isFromOwnAddresses'> {
    const [before, after] = [from?.base.workload?.workload, from?.head.workload?.workload]
    if (before === undefined || after === undefined) return { packets, isFromOwnAddresses: false }
    const own = ofOwnAddresses(this.sets, after)
    const open = this.sets.withAny('source', packets)
    const isOwn = own === ofOwnAddresses(this.sets, before) && this.sets.intersect(open, own) === packets
    return isOwn ? { packets: open, isFromOwnAddresses: true } : { packets, isFromOwnAddresses: false }
  }
}

interface Difference {
  readonly gained: PacketSet
  readonly lost: PacketSet
}

interface Question {
  readonly ends: Ends
  readonly rewriting: AccessChange['rewriting']
}

function pathOf(revision: Revision, { from, to }: Ends, { isRewritten }: Rewriting): Path {
  return { from: from?.[revision], to: to?.[revision], state: 'new', isRewritten }
}

function wayOf({ from, to }: Ends): Way {
  if (from === undefined) return { type: 'sent', by: to === undefined ? [] : [to.label] }
  return to === undefined
    ? { type: 'received', on: [from.label] }
    : { type: 'forwarded', from: [from.label], to: [to.label] }
}

/** Only they see what a packet was sent to before DNAT. */
function hasEarlyLists({ from, to }: Ends): boolean {
  const spot = from ?? to
  const isEarly = ({ endpoint }: Place): boolean =>
    endpoint !== undefined &&
    [endpoint.lists.untracked.ingress, endpoint.lists.untracked.egress, endpoint.lists.preDnat.ingress].some(
      ({ tiers }) => tiers.length > 0,
    )
  return spot !== undefined && (isEarly(spot.base) || isEarly(spot.head))
}
