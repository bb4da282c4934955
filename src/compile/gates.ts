/**
 * A chain before a segment of a long list: packets that none of its rules could match are led past it.
 *
 *   <segment>/gate   meta l4proto . th dport @<segment>/gate/ports                     goto <segment>
 *                    ip saddr & 255.255.255.0 @<segment>/gate/networks-saddr4-24       goto <segment>
 *                    meta l4proto icmp                                                 goto <segment>
 *
 * Each rule of the segment stands behind one condition that it implies: its destination ports, else the blocks that its networks
 * are in, a set of peers, or its protocol. What no rule implies costs a packet a few lookups instead of all the rules; no verdict,
 * no counter and no order depends on it.
 */

import { type Chain, plainChain } from '../ruleset/chain.ts'
import type { NamedSet } from '../ruleset/named-set.ts'
import { printRule } from '../ruleset/print-rule.ts'
import { goTo, type Match, makeRule, type Rule } from '../ruleset/rule.ts'
import { type AddressMatch, type AskedSet, blockSets } from './gate-blocks.ts'
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
  const networks: AddressMatch[] = []
  const others = new Map<string, Match>()
  for (const rule of rules) {
    const condition = conditionOf(rule)
    if (condition === undefined) return undefined
    if (condition.type === 'ports') for (const key of condition.keys) ports.add(key)
    else if (condition.type === 'networks') networks.push(condition.match)
    else others.set(printRule(makeRule({ matches: [condition.match] })), condition.match)
  }
  const asked = ports.size === 0 ? [] : [portSet(name, ports)]
  const lookups = asked.length + [...others.values()].filter(({ type }) => type !== 'protocol').length
  const blocks = blockSets(name, networks, mostLookups - lookups)
  return blocks && lookups <= mostLookups ? gateBefore(name, [...others.values()], [...asked, ...blocks]) : undefined
}

function gateBefore(segment: string, others: readonly Match[], sets: readonly AskedSet[]): Gate {
  const matches = [...others, ...sets.map(({ match }) => match)]
  const rules = matches.map((match) => makeRule({ matches: [match], verdict: goTo(segment) }))
  return { chain: plainChain(gateName(segment), rules), sets: sets.map(({ set }) => set) }
}

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

function portSet(segment: string, elements: ReadonlySet<string>): AskedSet {
  const name = gateSet(segment, 'ports')
  return {
    set: { name, comment: undefined, properties: [], key: ['inet_proto', 'inet_service'], interval: false, elements },
    match: { type: 'lookup', family: undefined, fields: ['protocol', 'dport'], set: name, negated: false },
  }
}
