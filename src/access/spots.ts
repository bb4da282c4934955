/** The interfaces of a host in two revisions: each that either of them mentions, and one for those that neither does. */

import type { HostView } from '../policy/host-view.ts'
import { compareNames } from '../policy/resource.ts'
import { type Place, placeOf } from './places.ts'

export interface Spot {
  /** For people. */
  readonly label: string
  /** Stands for all of its kind where nobody mentions them: a name that nothing has. */
  readonly interfaceName: string
  readonly base: Place
  readonly head: Place
}

/** By name, then the others. */
export function spotsOf(base: HostView, head: HostView): readonly Spot[] {
  const views = [base, head]
  const mentioned = new Set(['lo', ...views.flatMap(mentionedBy)])
  const prefixes = [...new Set(views.flatMap(({ settings }) => settings.interfacePrefixes))].sort(compareNames)
  const spot = (name: string, label: string): Spot => ({
    label,
    interfaceName: name,
    base: placeOf(base, name),
    head: placeOf(head, name),
  })
  return [
    ...[...mentioned].sort(compareNames).map((name) => spot(name, name)),
    ...prefixes.map((prefix) => spot(unmentioned(prefix, mentioned), `other ${prefix}* interfaces`)),
    spot(unmentioned('other', mentioned), 'other interfaces'),
  ]
}

function mentionedBy({ endpoints, workloads }: HostView): readonly string[] {
  return [
    ...endpoints.flatMap(({ interfaces }) => (interfaces === '*' ? [] : interfaces)),
    ...workloads.map(({ workload }) => workload.interfaceName),
  ]
}

function unmentioned(start: string, mentioned: ReadonlySet<string>): string {
  for (let number = 0; ; number++) if (!mentioned.has(`${start}${number}`)) return `${start}${number}`
}
