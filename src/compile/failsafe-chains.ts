/** What is accepted before any policy: IPv6's own upkeep (behaviour.md 4.9), then the failsafe ports (section 5). */

import { cidrInterval } from '../net/cidr.ts'
import { printProtocol } from '../net/protocol.ts'
import type { Failsafe } from '../policy/felix-configuration.ts'
import type { Direction } from '../policy/rule.ts'
import { addressElement } from '../ruleset/named-set.ts'
import { accept, type Match, makeRule, type Rule } from '../ruleset/rule.ts'
import { failsafeCounter, stagedPrefix } from './names.ts'
import type { TableBuilder } from './table-builder.ts'

export const failsafeChains = {
  ingress: 'failsafe/ingress',
  egress: 'failsafe/egress',
  preDnat: 'failsafe/pre-dnat',
  rawIngress: 'failsafe/raw-ingress',
  rawEgress: 'failsafe/raw-egress',
} as const

export type FailsafeChain = keyof typeof failsafeChains

/** A copy that counts nothing, for lists that are only tried out; its name. */
export function addSilentFailsafes(builder: TableBuilder, chain: FailsafeChain): string {
  const name = `${stagedPrefix}${failsafeChains[chain]}`
  if (builder.hasChain(name)) return name
  builder.addChain(
    name,
    rulesOf(builder, chain).map(({ matches, verdict }) => makeRule({ matches, verdict })),
  )
  return name
}

function rulesOf(builder: TableBuilder, chain: FailsafeChain): readonly Rule[] {
  const { failsafeInbound, failsafeOutbound } = builder.view.settings
  switch (chain) {
    case 'ingress':
    case 'egress':
      return [...upkeep, ...rules(builder, chain, [])]
    case 'preDnat':
      // only what is meant for this host itself: what is forwarded has no failsafe (deviation DV-3)
      return [...upkeep, ...rules(builder, 'ingress', [local])]
    case 'rawIngress':
      return [
        ...upkeep,
        ...rules(builder, 'ingress', [local]),
        ...failsafeOutbound.map((failsafe) => answerRule('ingress', failsafe, [local])),
      ]
    case 'rawEgress':
      return [
        ...upkeep,
        ...rules(builder, 'egress', []),
        ...failsafeInbound.map((failsafe) => answerRule('egress', failsafe, [])),
      ]
  }
}

/** Of the input hook, and of output and the way out after DNAT. */
export function addLocalFailsafes(builder: TableBuilder): void {
  add(builder, 'ingress')
  add(builder, 'egress')
}

export function addPreDnatFailsafes(builder: TableBuilder): void {
  add(builder, 'preDnat')
}

/** Before connection tracking the answers are let through, too, so that failsafe connections stay tracked (EV-66). */
export function addRawFailsafes(builder: TableBuilder): void {
  add(builder, 'rawIngress')
  add(builder, 'rawEgress')
}

function add(builder: TableBuilder, chain: FailsafeChain): void {
  builder.addChain(failsafeChains[chain], rulesOf(builder, chain))
}

const local: Match = { type: 'local-destination' }
const discovery: Match = { type: 'icmp', family: 6, types: [133, 134, 135, 136], code: undefined, negated: false }
const listeners: Match = { type: 'icmp', family: 6, types: [130, 131, 132, 143], code: undefined, negated: false }

const upkeep: readonly Rule[] = [[discovery, { type: 'hop-limit', value: 255 } as const], [listeners]].map((matches) =>
  makeRule({ matches, verdict: accept, comment: 'neighbour discovery and multicast listeners' }),
)

function rules(builder: TableBuilder, direction: Direction, conditions: readonly Match[]): readonly Rule[] {
  const { failsafeInbound, failsafeOutbound } = builder.view.settings
  const failsafes = direction === 'ingress' ? failsafeInbound : failsafeOutbound
  return failsafes.map((failsafe) => {
    const { protocol, port } = failsafe
    const name = failsafeCounter(direction, `${printProtocol(protocol).toLowerCase()}-${port}`)
    const counter = builder.counter(name, { type: 'failsafe', direction, protocol, port })
    const matches = [...peerMatch(failsafe, direction), ...conditions, portMatch(failsafe, 'dport')]
    return makeRule({ matches, statements: [counter], verdict: accept, comment: 'failsafe' })
  })
}

function answerRule(direction: Direction, failsafe: Failsafe, conditions: readonly Match[]): Rule {
  const matches = [...peerMatch(failsafe, direction), ...conditions, portMatch(failsafe, 'sport')]
  return makeRule({ matches, verdict: accept, comment: 'answers of failsafe connections' })
}

function peerMatch({ net }: Failsafe, direction: Direction): readonly Match[] {
  if (net === undefined) return []
  const side = direction === 'ingress' ? 'saddr' : 'daddr'
  const elements = [addressElement(cidrInterval(net), net.family)]
  return [{ type: 'address', side, family: net.family, among: { type: 'literal', elements }, negated: false }]
}

function portMatch({ protocol, port }: Failsafe, side: 'sport' | 'dport'): Match {
  return { type: 'port', side, protocol, ranges: [{ from: port, to: port }], negated: false }
}
