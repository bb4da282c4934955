/** One rule of a policy as nftables rules: none, one for both families, or one a family. */

import { printAddress } from '../net/address.ts'
import { type Cidr, cidrInterval } from '../net/cidr.ts'
import { type Family, families } from '../net/family.ts'
import { mergeIntervals } from '../net/interval.ts'
import { mergePortRanges } from '../net/port-range.ts'
import type { Peers } from '../policy/host-view.ts'
import type { EntityRule, PolicyRule } from '../policy/rule.ts'
import { addressElement } from '../ruleset/named-set.ts'
import type { Match, Rule, Statement, Verdict } from '../ruleset/rule.ts'
import { printSelector } from '../selector/print-selector.ts'
import type { Selector } from '../selector/selector.ts'
import { peerSet } from './names.ts'

export interface RuleContext {
  readonly peers: ReadonlyMap<string, Peers>
  readonly counter: string
  readonly comment: string
  /** Of Allow and Pass; Deny always drops. */
  readonly verdicts: { readonly allow: Verdict; readonly pass: Verdict }
}

/** DV-20: a Log rule writes at most this many lines. */
const logLimit: Statement = { type: 'limit', count: 10, per: 'second' }
const logPrefix = 'calico-packet: '

export function compileRule(rule: PolicyRule, context: RuleContext): readonly Rule[] {
  const end = action(rule, context)
  return matchesOf(rule, context.peers).map((matches) => ({ matches, ...end, comment: context.comment }))
}

function action(rule: PolicyRule, context: RuleContext): Pick<Rule, 'statements' | 'verdict'> {
  const counter: Statement = { type: 'counter', name: context.counter }
  switch (rule.action) {
    case 'Allow':
      return { statements: [counter], verdict: context.verdicts.allow }
    case 'Deny':
      return { statements: [counter], verdict: { type: 'drop' } }
    case 'Pass':
      return { statements: [counter], verdict: context.verdicts.pass }
    case 'Log':
      return { statements: [counter, logLimit, { type: 'log', prefix: logPrefix }], verdict: undefined }
  }
}

/** The alternatives under which the rule matches; none when it can not. */
function matchesOf(rule: PolicyRule, peers: ReadonlyMap<string, Peers>): readonly (readonly Match[])[] {
  const transport = transportMatches(rule)
  if (transport === undefined) return []
  const wanted = families.filter((family) => rule.ipVersion === undefined || rule.ipVersion === family)
  const perFamily = wanted.flatMap((family) => {
    const addresses = addressMatches(rule, family, peers)
    return addresses === undefined ? [] : [{ family, addresses }]
  })
  if (perFamily.length === families.length && perFamily.every(({ addresses }) => addresses.length === 0))
    return [transport]
  return perFamily.map(({ family, addresses }) => {
    const implied = addresses.length > 0 || transport.some((match) => match.type === 'icmp' && match.family === family)
    // last, because nft does not list a family that stands before `meta l4proto icmp`
    return [...addresses, ...transport, ...(implied ? [] : [{ type: 'family', family } as const])]
  })
}

/** Undefined when no packet of the family can match. */
function addressMatches(
  rule: PolicyRule,
  family: Family,
  peers: ReadonlyMap<string, Peers>,
): readonly Match[] | undefined {
  const source = entityMatches(rule.source, { side: 'saddr', family, peers })
  const destination = entityMatches(rule.destination, { side: 'daddr', family, peers })
  return source === undefined || destination === undefined ? undefined : [...source, ...destination]
}

interface Side {
  readonly side: 'saddr' | 'daddr'
  readonly family: Family
  readonly peers: ReadonlyMap<string, Peers>
}

/** All criteria must hold (RM-1 to RM-14); a list of the other family leaves the rule out for this one (RM-21). */
function entityMatches(entity: EntityRule, at: Side): readonly Match[] | undefined {
  const parts = [
    literalMatch(entity.nets, at, 'among'),
    literalMatch(entity.notNets, at, 'not among'),
    peerMatch(entity.selector, at, 'among'),
    peerMatch(entity.notSelector, at, 'not among'),
  ]
  const possible = parts.filter((part) => part !== 'never')
  return possible.length === parts.length ? possible.filter((part) => part !== 'always') : undefined
}

type Criterion = Match | 'always' | 'never'
type Sense = 'among' | 'not among'

function literalMatch(nets: readonly Cidr[] | undefined, { side, family }: Side, sense: Sense): Criterion {
  if (nets === undefined) return 'always'
  const own = nets.filter((net) => net.family === family)
  if (own.length === 0) return 'never'
  const elements = mergeIntervals(own.map(cidrInterval)).map((interval) => addressElement(interval, family))
  const negated = sense === 'not among'
  if (elements[0] === everyAddress[family]) return negated ? 'never' : 'always'
  return { type: 'address', side, family, among: { type: 'literal', elements }, negated }
}

const everyAddress: Readonly<Record<Family, string>> = {
  4: `${printAddress({ family: 4, value: 0n })}/0`,
  6: `${printAddress({ family: 6, value: 0n })}/0`,
}

function peerMatch(selector: Selector | undefined, { side, family, peers }: Side, sense: Sense): Criterion {
  if (selector === undefined) return 'always'
  const canonical = printSelector(selector)
  const negated = sense === 'not among'
  if ((peers.get(canonical)?.networks[family].length ?? 0) === 0) return negated ? 'always' : 'never'
  return { type: 'address', side, family, among: { type: 'set', name: peerSet(canonical, family) }, negated }
}

/** Undefined when protocol and notProtocol contradict each other. */
function transportMatches(rule: PolicyRule): readonly Match[] | undefined {
  const { protocol, notProtocol } = rule
  if (protocol === undefined) {
    return notProtocol === undefined ? [] : [{ type: 'protocol', protocols: [notProtocol], negated: true }]
  }
  if (protocol === notProtocol) return undefined
  const details = [...portMatches(rule, protocol), ...icmpMatches(rule, protocol)]
  return details.length > 0 ? details : [{ type: 'protocol', protocols: [protocol], negated: false }]
}

function portMatches(rule: PolicyRule, protocol: number): readonly Match[] {
  const lists = [
    { side: 'sport', ports: rule.source.ports, negated: false },
    { side: 'sport', ports: rule.source.notPorts, negated: true },
    { side: 'dport', ports: rule.destination.ports, negated: false },
    { side: 'dport', ports: rule.destination.notPorts, negated: true },
  ] as const
  return lists.flatMap(({ side, ports, negated }) =>
    ports === undefined ? [] : [{ type: 'port', side, protocol, ranges: mergePortRanges(ports), negated }],
  )
}

function icmpMatches(rule: PolicyRule, protocol: number): readonly Match[] {
  const family: Family = protocol === 58 ? 6 : 4
  const pairs = [
    { icmp: rule.icmp, negated: false },
    { icmp: rule.notIcmp, negated: true },
  ]
  return pairs.flatMap(({ icmp, negated }) =>
    icmp === undefined ? [] : [{ type: 'icmp', family, types: [icmp.type], code: icmp.code, negated }],
  )
}
