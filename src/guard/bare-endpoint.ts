/** Objects to an endpoint that nothing would be allowed through: no policy selects it and it has no profile, and that is news. */

import type { EndpointView, HostView } from '../policy/host-view.ts'
import type { Objection } from './objection.ts'

/**
 * One that was bare before stays what it is; one that was ungoverned, or had policies, would close by surprise.
 * @param bare names of endpoints that would be
 * @param wasBare whether the enforced table has the endpoint, without a policy
 */
export function findBareEndpoints(
  bare: readonly string[],
  wasBare: (endpoint: string) => boolean,
): readonly Objection[] {
  const news = bare.filter((name) => !wasBare(name))
  return news.map((name) => ({
    guard: 'bare-endpoint',
    message: `no policy selects the host endpoint "${name}", and it has no profile: everything but failsafe ports would be closed`,
  }))
}

/** Their names. */
export function bareEndpointsOf(view: HostView): readonly string[] {
  return view.endpoints.filter(isBare).map(({ endpoint }) => endpoint.name)
}

function isBare({ lists }: EndpointView): boolean {
  return Object.values(lists).every(({ ingress, egress }) =>
    [ingress, egress].every((list) => list.tiers.length === 0 && list.profiles.length === 0),
  )
}
