/**
 * A chain before a segment of a long list: packets that none of its rules could match are led past it.
 *
 *   <segment>/gate   meta l4proto . th dport @<segment>/gate/ports    goto <segment>
 *                    ip saddr @<segment>/gate/saddr4                  goto <segment>
 *                    meta l4proto icmp                                goto <segment>
 *
 * Each rule of the segment stands behind one condition that it implies: its destination ports, else its networks, a set of
 * peers, or its protocol. What no rule implies costs a packet a few lookups instead of all the rules; no verdict, no counter
 * and no order depends on it.
 */

import { invariant } from '../diagnostic/invariant.ts'
import { readAnyAddress } from '../net/address.ts'
import { cidrInterval, readCidr } from '../net/cidr.ts'
import type { Family } from '../net/family.ts'
import { type Interval, mergeIntervals } from '../net/interval.ts'
import { type Chain, plainChain } from '../ruleset/chain.ts'
import { addressElement, type NamedSet } from '../ruleset/named-set.ts'
import { printRule } from '../ruleset/print-rule.ts'
import { goTo, type Match, makeRule, type Rule } from '../ruleset/rule.ts'
import { gateName, gateSet } from './names.ts'

export interface Gate {
  readonly chain: Chain
  /** That it looks up, and nobody else. */
  readonly sets: readonly NamedSet[]
}

/** A rule that fails costs 15 to 50 ns, a lookup 65 to 250 (kernel 6.18). */
const fewestRules = 16
const mostLookups = 3
/** A range with more ports is no list of ports. */
const mostPorts = 64

const known = new WeakMap<Chain, { readonly gate: Gate | undefined }>()

/** Undefined where it would save nothing: few rules, one that may match any packet, or too many things to ask. */
export function gateOf(segment: Chain): Gate | undefined {
  const found = known.get(segment)
  if (found !== undefined) return found.gate
  const gate = segment.rules.length < fewestRules ? undefined : makeGate(segment)
  known.set(segment, { gate })
  return gate
}

function makeGate({ name, rules }: Chain): Gate | undefined {
  const ports = new Set<string>()
  const networks = new Map<string, Networks>()
  const others = new Map<string, Match>()
  for (const rule of rules) {
    const condition = conditionOf(rule)
    if (condition === undefined) return undefined
    if (condition.type === 'ports') for (const key of condition.keys) ports.add(key)
    else if (condition.type === 'networks') addNetworks(networks, condition.match)
    else others.set(printRule(makeRule({ matches: [condition.match] })), condition.match)
  }
  const sets = [
    ...(ports.size === 0 ? [] : [portSet(name, ports)]),
    ...[...networks.values()].map((one) => networkSet(name, one)),
  ]
  const matches = [...others.values(), ...sets.map(({ match }) => match)]
  if (matches.filter(({ type }) => type !== 'protocol').length > mostLookups) return undefined
  const chain = plainChain(
    gateName(name),
    matches.map((match) => makeRule({ matches: [match], verdict: goTo(name) })),
  )
  return { chain, sets: sets.map(({ set }) => set) }
}

type AddressMatch = Extract<Match, { readonly type: 'address' }>

type Condition =
  | { readonly type: 'ports'; readonly keys: readonly string[] }
  | { readonly type: 'networks'; readonly match: AddressMatch }
  | { readonly type: 'match'; readonly match: Match }

/** What every packet that the rule matches fulfils; undefined when nothing is known of it. */
function conditionOf({ matches }: Rule): Condition | undefined {
  const positive = matches.filter((match) => !('negated' in match && match.negated))
  const ports = positive.flatMap(portKeys)
  if (ports.length > 0) return { type: 'ports', keys: ports }
  const icmp = positive.find((match) => match.type === 'icmp')
  if (icmp?.type === 'icmp') return protocolCondition(icmp.family === 4 ? 1 : 58)
  for (const match of positive)
    if (match.type === 'address' && match.among.type === 'literal') return { type: 'networks', match }
  const looked = positive.find(({ type }) => type === 'address' || type === 'lookup')
  if (looked !== undefined) return { type: 'match', match: looked }
  const [match] = positive.filter(({ type }) => type === 'protocol' || type === 'port')
  if (match?.type === 'port') return protocolCondition(match.protocol)
  return match?.type === 'protocol' && match.protocols.length === 1 ? { type: 'match', match } : undefined
}

function protocolCondition(protocol: number): Condition {
  return { type: 'match', match: { type: 'protocol', protocols: [protocol], negated: false } }
}

function portKeys(match: Match): readonly string[] {
  if (match.type !== 'port' || match.side !== 'dport') return []
  if (match.ranges.reduce((count, { from, to }) => count + to - from + 1, 0) > mostPorts) return []
  return match.ranges.flatMap(({ from, to }) =>
    Array.from({ length: to - from + 1 }, (_, at) => `${match.protocol} . ${from + at}`),
  )
}

/** Of one side and family. */
interface Networks {
  readonly side: 'saddr' | 'daddr'
  readonly family: Family
  readonly intervals: Interval[]
}

function addNetworks(networks: Map<string, Networks>, { side, family, among }: AddressMatch): void {
  const key = `${side}${family}`
  const found = networks.get(key) ?? { side, family, intervals: [] }
  networks.set(key, found)
  if (among.type === 'literal') found.intervals.push(...among.elements.map(intervalOf))
}

function intervalOf(element: string): Interval {
  if (element.includes('/')) {
    const reading = readCidr(element)
    invariant(reading.type === 'cidr', `${element} is a network`)
    return cidrInterval(reading.cidr)
  }
  const [first, last = first] = element.split('-').map(readAnyAddress)
  invariant(first !== undefined && last !== undefined, `${element} is an address or a range`)
  return { from: first.value, to: last.value }
}

interface AskedSet {
  readonly set: NamedSet
  readonly match: Match
}

const plain = { comment: undefined, properties: [] } as const

function portSet(segment: string, elements: ReadonlySet<string>): AskedSet {
  const name = gateSet(segment, 'ports')
  return {
    set: { ...plain, name, key: ['inet_proto', 'inet_service'], interval: false, elements },
    match: { type: 'lookup', family: undefined, fields: ['protocol', 'dport'], set: name, negated: false },
  }
}

function networkSet(segment: string, { side, family, intervals }: Networks): AskedSet {
  const merged = mergeIntervals(intervals)
  const interval = merged.some(({ from, to }) => from !== to)
  const name = gateSet(segment, `${interval ? 'networks' : 'addresses'}-${side}${family}`)
  const elements = new Set(merged.map((one) => addressElement(one, family)))
  return {
    set: { ...plain, name, key: [family === 4 ? 'ipv4_addr' : 'ipv6_addr'], interval, elements },
    match: { type: 'address', side, family, among: { type: 'set', name }, negated: false },
  }
}
