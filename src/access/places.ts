/** The interfaces of a host as policy tells them apart: those that nobody can tell apart are one place. */

import type { EndpointView, HostView, WorkloadView } from '../policy/host-view.ts'

export interface Place {
  /** Its interfaces where they are known by name; empty for all the others of its kind. */
  readonly interfaces: readonly string[]
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
  return { interfaces: [interfaceName], isWorkload, endpoint: named ?? star, workload }
}

/** Every interface that is not mentioned. */
function otherPlace(view: HostView): Place {
  return { interfaces: [], isWorkload: false, endpoint: starOf(view), workload: undefined }
}

/** Every workload interface that no workload claims; undefined when no interface is a workload's. */
function otherWorkloadPlace(view: HostView): Place | undefined {
  if (view.settings.interfacePrefixes.length === 0) return undefined
  return { interfaces: [], isWorkload: true, endpoint: starOf(view), workload: undefined }
}

/** In the order of the view; loopback when no endpoint governs it, then all others. */
export function placesOf(view: HostView): readonly Place[] {
  const named = view.endpoints.flatMap((endpoint): readonly Place[] =>
    endpoint.interfaces === '*'
      ? []
      : [{ interfaces: endpoint.interfaces, isWorkload: false, endpoint, workload: undefined }],
  )
  const isLoopbackNamed = named.some(({ interfaces }) => interfaces.includes('lo'))
  const unknown = otherWorkloadPlace(view)
  return [
    ...named,
    ...view.workloads.map(({ workload }) => placeOf(view, workload.interfaceName)),
    ...(isLoopbackNamed ? [] : [placeOf(view, 'lo')]),
    ...(unknown === undefined ? [] : [unknown]),
    otherPlace(view),
  ]
}

/** An interface name that stands for the place: of one that is not mentioned, a name that nothing has. */
export function exampleInterface(place: Place, { endpoints, workloads, settings }: HostView): string {
  const [known] = place.interfaces
  if (known !== undefined) return known
  const taken = new Set([
    ...endpoints.flatMap(({ interfaces }) => (interfaces === '*' ? [] : interfaces)),
    ...workloads.map(({ workload }) => workload.interfaceName),
  ])
  const prefix = place.isWorkload ? settings.interfacePrefixes[0] : 'other'
  for (let number = 0; ; number++) if (!taken.has(`${prefix}${number}`)) return `${prefix}${number}`
}

function starOf({ endpoints }: HostView): EndpointView | undefined {
  return endpoints.find(({ interfaces }) => interfaces === '*')
}
