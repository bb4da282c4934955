/** Where two views of a host differ in who governs it, and in what policy has no say about. */

import type { HostView } from '../policy/host-view.ts'
import type { DifferenceNote } from './access-difference.ts'
import type { Spot } from './spots.ts'

export interface Governance {
  readonly type: Exclude<DifferenceNote['type'], 'selects-nothing' | 'endpoint-moves' | 'end-changes'>
  /** What it is about, without the host: `eth0`. */
  readonly subject: string
}

/** @param spots of the two views */
export function findGovernance({
  base,
  head,
  spots,
}: {
  readonly base: HostView
  readonly head: HostView
  readonly spots: readonly Spot[]
}): readonly Governance[] {
  if (!hasEndpoints(base)) return [{ type: 'host-appears', subject: '' }]
  if (!hasEndpoints(head)) return [{ type: 'host-vanishes', subject: '' }]
  const changed = spots.filter((spot) => isGoverned(spot.base) !== isGoverned(spot.head))
  const labelled = (type: 'becomes-default-deny' | 'becomes-unpoliced', among: readonly Spot[]) =>
    among.length === 0 ? [] : [{ type, subject: among.map(({ label }) => label).join(', ') }]
  const { dropsInvalid } = head.settings
  return [
    ...labelled(
      'becomes-default-deny',
      changed.filter((spot) => isGoverned(spot.head)),
    ),
    ...labelled(
      'becomes-unpoliced',
      changed.filter((spot) => isGoverned(spot.base)),
    ),
    ...(base.settings.dropsInvalid === dropsInvalid
      ? []
      : [{ type: 'invalid-state', subject: dropsInvalid ? 'dropped' : 'judged by policy' } as const]),
  ]
}

/** Of its own, or of its workloads: without any it is not in that revision. */
export function hasEndpoints({ endpoints, idleEndpoints, workloads }: HostView): boolean {
  return endpoints.length + idleEndpoints.length + workloads.length > 0
}

function isGoverned({ endpoint, workload, isWorkload }: Spot['base']): boolean {
  return isWorkload ? workload !== undefined : endpoint !== undefined
}
