/**
 * One chain an endpoint and direction: what connection tracking decides, failsafes, policies, then denial.
 *
 *   ingress/web-1   established, related: accept
 *                   invalid: drop
 *                   jump failsafe/ingress
 *                   jump ingress/web-1/policy
 *                   drop
 */

import { cidrInterval } from '../net/cidr.ts'
import { printProtocol } from '../net/protocol.ts'
import type { Failsafe } from '../policy/felix-configuration.ts'
import type { EndpointView } from '../policy/host-view.ts'
import type { Direction } from '../policy/rule.ts'
import { type Chain, plainChain } from '../ruleset/chain.ts'
import { addressElement } from '../ruleset/named-set.ts'
import { accept, drop, jump, type Match, makeRule, type Rule } from '../ruleset/rule.ts'
import type { Counted } from './compilation.ts'
import { commentText, endpointChain, endpointCounter, failsafeChain, failsafeCounter } from './names.ts'

export interface EndpointChainInput {
  readonly view: EndpointView
  readonly direction: Direction
  /** Undefined when no rule decides about the endpoint. */
  readonly policyChain: string | undefined
}

export function endpointRules({ view, direction, policyChain }: EndpointChainInput): Chain {
  const name = view.endpoint.name
  const invalid = makeRule({
    matches: [{ type: 'ct-state', states: ['invalid'] }],
    statements: [{ type: 'counter', name: endpointCounter(name, direction, 'invalid') }],
    verdict: drop,
  })
  const rules = [
    makeRule({ matches: [{ type: 'ct-state', states: ['established', 'related'] }], verdict: accept }),
    invalid,
    makeRule({ verdict: jump(failsafeChain(direction)) }),
    ...(policyChain === undefined ? [] : [makeRule({ verdict: jump(policyChain) })]),
    denialOf(view, direction),
  ]
  return plainChain(endpointChain(direction, name), rules)
}

/** The end of every list: what nothing allowed is dropped. */
export function denialOf(view: EndpointView, direction: Direction): Rule {
  const name = view.endpoint.name
  return makeRule({
    statements: [{ type: 'counter', name: endpointCounter(name, direction, 'denied') }],
    verdict: drop,
    comment: commentText(`HostEndpoint/${name} ${direction} default`),
  })
}

export function endpointCounters(view: EndpointView, direction: Direction): readonly (readonly [string, Counted])[] {
  const name = view.endpoint.name
  return (['denied', 'invalid'] as const).map((reason) => [
    endpointCounter(name, direction, reason),
    { type: 'endpoint', endpoint: name, direction, reason },
  ])
}

/** What is accepted before any policy: IPv6's own upkeep (behaviour.md 4.9), then the failsafe ports. */
export function failsafeRules(direction: Direction, failsafes: readonly Failsafe[]): Chain {
  const upkeep: readonly (readonly Match[])[] = [
    [
      { type: 'icmp', family: 6, types: [133, 134, 135, 136], code: undefined, negated: false },
      { type: 'hop-limit', value: 255 },
    ],
    [{ type: 'icmp', family: 6, types: [130, 131, 132, 143], code: undefined, negated: false }],
  ]
  const rules = [
    ...upkeep.map((matches) =>
      makeRule({ matches, verdict: accept, comment: 'neighbour discovery and multicast listeners' }),
    ),
    ...failsafes.map((failsafe) => failsafeRule(direction, failsafe)),
  ]
  return plainChain(failsafeChain(direction), rules)
}

/** One counter a port; entries for several networks share it. */
export function failsafeCounters(direction: Direction, failsafes: readonly Failsafe[]): ReadonlyMap<string, Counted> {
  return new Map(
    failsafes.map(({ protocol, port }) => [
      counterName(direction, { protocol, port }),
      { type: 'failsafe', direction, protocol, port },
    ]),
  )
}

function failsafeRule(direction: Direction, failsafe: Failsafe): Rule {
  const { protocol, port, net } = failsafe
  const address: readonly Match[] =
    net === undefined
      ? []
      : [
          {
            type: 'address',
            side: direction === 'ingress' ? 'saddr' : 'daddr',
            family: net.family,
            among: { type: 'literal', elements: [addressElement(cidrInterval(net), net.family)] },
            negated: false,
          },
        ]
  return makeRule({
    matches: [
      ...address,
      { type: 'port', side: 'dport', protocol, ranges: [{ from: port, to: port }], negated: false },
    ],
    statements: [{ type: 'counter', name: counterName(direction, failsafe) }],
    verdict: accept,
    comment: 'failsafe',
  })
}

function counterName(direction: Direction, { protocol, port }: Pick<Failsafe, 'protocol' | 'port'>): string {
  return failsafeCounter(direction, `${printProtocol(protocol).toLowerCase()}-${port}`)
}
