/** The routes of a host -> network sets of what is behind each interface. */

import type { HostFacts } from '../host/host-facts.ts'
import { type Cidr, cidrInterval } from '../net/cidr.ts'
import { type Family, families } from '../net/family.ts'
import { type Interval, mergeIntervals, subtractIntervals } from '../net/interval.ts'
import type { FilterSet } from './filter.ts'
import type { Behind } from './forward-lists.ts'
import type { AddressList, Match } from './match.ts'
import { others } from './placed-rule.ts'
import { printNets } from './write-rule.ts'

export interface Route {
  readonly to: Cidr
  readonly interface: string
}

/** What a packet to each address of the family leaves by; the longest prefix decides. */
function routedTo(routes: readonly Route[], family: Family): ReadonlyMap<string, readonly Interval[]> {
  const found = new Map<string, readonly Interval[]>()
  let taken: readonly Interval[] = []
  const own = routes.filter(({ to }) => to.family === family).sort((a, b) => b.to.prefix - a.to.prefix)
  for (const route of own) {
    const rest = subtractIntervals([cidrInterval(route.to)], taken)
    found.set(route.interface, mergeIntervals([...(found.get(route.interface) ?? []), ...rest]))
    taken = mergeIntervals([...taken, cidrInterval(route.to)])
  }
  return found
}

export function routesOf(facts: HostFacts, more: readonly Route[]): readonly Route[] {
  const links = facts.interfaces.flatMap(({ name, addresses }) =>
    addresses.map(({ network }) => ({ to: network, interface: name })),
  )
  return [...links, ...more]
}

/** @param interfaces those that rules name; what is behind the rest belongs to `others` */
export function behindInterfaces(
  routes: readonly Route[],
  interfaces: readonly string[],
): { readonly behind: Behind; readonly sets: readonly Omit<FilterSet, 'span'>[] } {
  const byFamily = new Map(families.map((family) => [family, byInterface(routes, family, interfaces)]))
  const defaults = (name: string, family: Family): boolean =>
    routes.some(
      ({ to, interface: via }) =>
        to.prefix === 0 && to.family === family && (via === name || (name === others && !interfaces.includes(via))),
    )
  const listOfName = (name: string, family: Family): AddressList | undefined => {
    const intervals = byFamily.get(family)?.get(name) ?? []
    return intervals.length === 0 ? undefined : { intervals, set: setNameOf(name) }
  }
  const behind: Behind = (name) =>
    families.flatMap((family): Match[] => {
      const own = listOfName(name, family)
      if (own === undefined) return []
      if (!defaults(name, family)) return [{ family, destination: { among: own, not: [] } }]
      const not = interfaces.flatMap((one) => (one === name ? [] : (listOfName(one, family) ?? [])))
      return [{ family, ...(not.length === 0 ? {} : { destination: { among: undefined, not } }) }]
    })
  const sets = interfaces.map((name) => ({
    name: setNameOf(name),
    nets: families.flatMap((family) =>
      defaults(name, family) ? [] : printNets(byFamily.get(family)?.get(name) ?? [], family),
    ),
  }))
  return { behind, sets: sets.filter(({ nets }) => nets.length > 0) }
}

function byInterface(
  routes: readonly Route[],
  family: Family,
  interfaces: readonly string[],
): ReadonlyMap<string, readonly Interval[]> {
  const found = new Map<string, readonly Interval[]>()
  for (const [name, intervals] of routedTo(routes, family)) {
    const place = interfaces.includes(name) ? name : others
    found.set(place, mergeIntervals([...(found.get(place) ?? []), ...intervals]))
  }
  return found
}

function setNameOf(name: string): string {
  return name === others ? 'behind-others' : `behind-${name}`
}
