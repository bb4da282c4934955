/** An interface of a host as policy sees it: those that nobody can tell apart are one place. */

import type { EndpointView, HostView, WorkloadView } from '../policy/host-view.ts'

export interface Place {
  readonly isWorkload: boolean
  /** Who governs it; undefined: nobody. */
  readonly endpoint: EndpointView | undefined
  /** Undefined for a workload interface that no workload claims. */
  readonly workload: WorkloadView | undefined
}

/** Named before star in every stage (DV-2); star has no loopback (DV-1), but it has workload interfaces. */
export function placeOf(view: HostView, interfaceName: string): Place {
  const isWorkload = view.settings.interfacePrefixes.some((prefix) => interfaceName.startsWith(prefix))
  const named = view.endpoints.find(({ interfaces }) => interfaces !== '*' && interfaces.includes(interfaceName))
  const star = interfaceName === 'lo' ? undefined : starOf(view)
  const workload = view.workloads.find((one) => one.workload.interfaceName === interfaceName)
  return { isWorkload, endpoint: named ?? star, workload }
}

function starOf({ endpoints }: HostView): EndpointView | undefined {
  return endpoints.find(({ interfaces }) => interfaces === '*')
}
