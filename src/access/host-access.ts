/** The view of one host -> what passes on each of its paths, and what decides about it. */

import type { PacketSet, PacketSets } from '../packet-set/packet-sets.ts'
import type { HostView } from '../policy/host-view.ts'
import type { Flow } from './flow.ts'
import type { Decision } from './list-decisions.ts'
import { type Path, PathWalk } from './path-walk.ts'
import type { Place } from './places.ts'
import type { RevisionAccess } from './revision-access.ts'

export class HostAccess {
  readonly view: HostView
  private readonly access: RevisionAccess

  /** @param access of the revision that the view belongs to */
  constructor(access: RevisionAccess, view: HostView) {
    this.access = access
    this.view = view
  }

  /** What becomes of the packets of a region on a path: disjoint parts of it, together all of it. */
  rulings(path: Path, region: PacketSet = this.sets.all): readonly Decision[] {
    const walk = new PathWalk(this.access, this.view, path)
    for (const flow of walk.enter(region)) {
      if (path.from === undefined) walk.leave(walk.passFromHost(flow))
      else if (path.to === undefined) walk.leave(walk.passToHost(flow))
      else walk.leave(walk.passOutward(walk.passInward(flow)))
    }
    return walk.rulings
  }

  allowed(path: Path, region?: PacketSet): PacketSet {
    return this.unionOf(this.rulings(path, region).filter(({ verdict }) => verdict === 'allow'))
  }

  /**
   * First packets that are forwarded, by the steps that do not know where to: what passes between two places is what
   * arrives from the one and departs to the other, so that many places need not be asked in pairs.
   */
  arriving(from: Place, { isRewritten }: Pick<Path, 'isRewritten'>): PacketSet {
    const walk = new PathWalk(this.access, this.view, { from, to: anywhere, state: 'new', isRewritten })
    return this.passing(walk, (flow) => walk.passInward(flow))
  }

  /** First packets that are forwarded, by the steps that do not know where from. */
  departing(to: Place): PacketSet {
    const walk = new PathWalk(this.access, this.view, { from: anywhere, to, state: 'new', isRewritten: false })
    return this.passing(walk, (flow) => walk.passOutward(flow))
  }

  private passing(walk: PathWalk, pass: (flow: Flow) => Flow): PacketSet {
    const parts = walk.enter(this.sets.all).flatMap((flow) => pass(flow).parts)
    return this.unionOf([...parts, ...walk.rulings.filter(({ verdict }) => verdict === 'allow')])
  }

  private get sets(): PacketSets {
    return this.access.sets
  }

  private unionOf(parts: readonly { readonly packets: PacketSet }[]): PacketSet {
    return this.sets.unionOf(parts.map(({ packets }) => packets))
  }
}

const anywhere: Place = { isWorkload: false, endpoint: undefined, workload: undefined }
