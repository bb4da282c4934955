/** Interfaces that an endpoint stopped governing because its address went somewhere else (behaviour.md IF-17). */

import type { HostFacts } from '../host/host-facts.ts'
import type { EndpointView, HostView } from '../policy/host-view.ts'

export interface ReleasedInterface {
  readonly interface: string
  /** That governed it by an address it had. */
  readonly endpoint: string
  /** Where the endpoint's addresses are now; empty when nowhere. */
  readonly movedTo: readonly string[]
  /** The endpoint that governs the interface now; undefined: nobody, its traffic passes unjudged. */
  readonly governedBy: string | undefined
}

/**
 * @param before and @param now of the same revision, so that nothing but the host has changed
 * @param facts of now: an interface that is gone is released by nobody
 */
export function releasedInterfaces(
  before: HostView,
  now: HostView,
  facts: Pick<HostFacts, 'interfaces'>,
): readonly ReleasedInterface[] {
  const existing = new Set(facts.interfaces.map(({ name }) => name))
  return before.endpoints.filter(isByAddress).flatMap(({ endpoint, interfaces }) => {
    const after = now.endpoints.find((view) => view.endpoint.name === endpoint.name)
    const movedTo = after === undefined ? [] : named(after)
    return named({ interfaces })
      .filter((name) => existing.has(name) && !movedTo.includes(name))
      .map((name) => ({ interface: name, endpoint: endpoint.name, movedTo, governedBy: governorOf(name, now) }))
  })
}

/** The name of the endpoint that governs the interface. */
export function governorOf(name: string, { endpoints }: Pick<HostView, 'endpoints'>): string | undefined {
  const own = endpoints.find((view) => named(view).includes(name))
  const star = endpoints.find(({ interfaces }) => interfaces === '*')
  return (own ?? (name === 'lo' ? undefined : star))?.endpoint.name
}

function isByAddress({ endpoint }: EndpointView): boolean {
  return endpoint.interfaceName === undefined
}

function named({ interfaces }: Pick<EndpointView, 'interfaces'>): readonly string[] {
  return interfaces === '*' ? [] : interfaces
}
