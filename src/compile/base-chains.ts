/**
 * The hooks, and from them the way to the endpoint that governs a packet's interface (behaviour.md 4.4).
 *
 *   input        -> interfaces/ingress: eth0 -> ingress/web-1, ...; every other interface -> the star endpoint, if any
 *   output       destination rewritten (DNAT): judged in postrouting, where the final interface is known
 *                else -> egress: interfaces/egress, star endpoint
 *   postrouting  sent by this host and rewritten -> egress
 *   forward      what connection tracking calls invalid is dropped on governed interfaces
 */

import type { EndpointView, HostView } from '../policy/host-view.ts'
import type { Direction } from '../policy/rule.ts'
import { type Chain, plainChain } from '../ruleset/chain.ts'
import type { MapValue, NamedMap } from '../ruleset/named-set.ts'
import { accept, drop, goTo, type InterfaceSide, type Match, makeRule, type Rule } from '../ruleset/rule.ts'
import { endpointChain, forwardInvalidCounter, interfaceMap } from './names.ts'

/** Empty when the host has no endpoint. */
export function baseChains(view: HostView): readonly Chain[] {
  if (view.endpoints.length === 0) return []
  const rewritten: Match = { type: 'ct-dnat' }
  return [
    hooked('input', 0, dispatch(view, 'ingress')),
    hooked('forward', 0, forwardRules(view)),
    hooked('output', 0, [makeRule({ matches: [rewritten], verdict: accept }), makeRule({ verdict: goTo('egress') })]),
    hooked('postrouting', -150, [
      makeRule({ matches: [{ type: 'local-origin' }, rewritten], verdict: goTo('egress') }),
    ]),
    plainChain('egress', dispatch(view, 'egress')),
  ]
}

/** The endpoint chain of each governed interface. */
export function interfaceMaps(view: HostView): readonly NamedMap[] {
  if (view.endpoints.length === 0) return []
  return (['ingress', 'egress'] as const).map((direction) => {
    const elements = new Map<string, MapValue>()
    for (const { endpoint, interfaces } of view.endpoints) {
      if (interfaces === '*') continue
      for (const name of interfaces) elements.set(`"${name}"`, goTo(endpointChain(direction, endpoint.name)))
    }
    const name = interfaceMap(direction)
    return { name, key: ['ifname'], interval: false, comment: undefined, properties: [], data: 'verdict', elements }
  })
}

function hooked(hook: string, priority: number, rules: readonly Rule[]): Chain {
  return { name: hook, hook: { type: 'filter', hook, priority, fallback: 'accept' }, comment: undefined, rules }
}

/** Loopback and workload interfaces are not the star endpoint's (deviation DV-1, behaviour.md 3.2). */
function dispatch(view: HostView, direction: Direction): readonly Rule[] {
  const side: InterfaceSide = direction === 'ingress' ? 'iifname' : 'oifname'
  const lookup = makeRule({ verdict: { type: 'lookup', side, map: interfaceMap(direction) } })
  const star = starOf(view)
  if (star === undefined) return [lookup]
  const others = ['lo', ...view.settings.interfacePrefixes.map(wildcard)]
  return [
    lookup,
    ...others.map((name) =>
      makeRule({ matches: [{ type: 'interface', side, names: [name], negated: false }], verdict: accept }),
    ),
    makeRule({ verdict: goTo(endpointChain(direction, star.endpoint.name)) }),
  ]
}

/** Nothing can follow a prefix that is as long as a name may be (IFNAMSIZ). */
function wildcard(prefix: string): string {
  return prefix.length < 15 ? `${prefix}*` : prefix
}

function forwardRules(view: HostView): readonly Rule[] {
  const names = view.endpoints.flatMap((endpoint) => (endpoint.interfaces === '*' ? [] : endpoint.interfaces))
  const everywhere = starOf(view) !== undefined
  const places: readonly (readonly Match[])[] = everywhere
    ? [[]]
    : (['iifname', 'oifname'] as const).map((side) => [
        { type: 'interface', side, names: [...names].sort(), negated: false },
      ])
  return places.map((place) =>
    makeRule({
      matches: [...place, { type: 'ct-state', states: ['invalid'] }],
      statements: [{ type: 'counter', name: forwardInvalidCounter }],
      verdict: drop,
    }),
  )
}

function starOf(view: HostView): EndpointView | undefined {
  return view.endpoints.find((endpoint) => endpoint.interfaces === '*')
}
