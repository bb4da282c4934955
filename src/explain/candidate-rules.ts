/**
 * The rules of a chain that a packet may match by its family, protocol, port and ICMP type: of a long list few. Found once for all
 * packets that have those in common, so that judging many packets does not try each rule on each.
 */

import type { Chain } from '../ruleset/chain.ts'
import type { Match, Rule } from '../ruleset/rule.ts'
import type { Ruleset } from '../ruleset/ruleset.ts'
import { matchHolds } from './match-holds.ts'
import type { SeenPacket } from './seen-packet.ts'

/** Rules with their place in the chain, in its order. */
export type Candidates = (chain: Chain, packet: SeenPacket) => Iterable<readonly [number, Rule]>

/** Every rule: for a trace that tells why each did not match. */
export const everyRule: Candidates = (chain) => chain.rules.entries()

/** Leaves out no rule that would match, and none that cannot be judged. */
export function candidateRules({ sets, chains }: Ruleset): Candidates {
  const bounds = portBounds(chains.values())
  const kinds = new Map<string, Map<Chain, readonly (readonly [number, Rule])[]>>()
  return (chain, packet) => {
    const { family, protocol, dport, icmp } = packet
    const ports = dport === undefined ? undefined : countUpTo(bounds, dport)
    const kind = `${family} ${protocol} ${ports} ${icmp?.type} ${icmp?.code}`
    let known = kinds.get(kind)
    if (known === undefined) {
      known = new Map()
      kinds.set(kind, known)
    }
    let rules = known.get(chain)
    if (rules === undefined) {
      rules = [...chain.rules.entries()].filter(([, rule]) => mayMatch(rule, packet, sets))
      known.set(chain, rules)
    }
    return rules
  }
}

/** Where what rules say of destination ports changes, sorted: between two of them all ports are alike. */
function portBounds(chains: Iterable<Chain>): readonly number[] {
  const bounds = new Set<number>()
  for (const { rules } of chains) {
    for (const match of rules.flatMap(({ matches }) => matches)) {
      if (match.type !== 'port' || match.side === 'sport') continue
      for (const { from, to } of match.ranges) bounds.add(from).add(to + 1)
    }
  }
  return [...bounds].sort((a, b) => a - b)
}

/** How many of sorted numbers are at most this one. */
function countUpTo(numbers: readonly number[], limit: number): number {
  let [low, high] = [0, numbers.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((numbers[middle] ?? limit) <= limit) low = middle + 1
    else high = middle
  }
  return low
}

function mayMatch({ matches }: Rule, packet: SeenPacket, sets: Ruleset['sets']): boolean {
  return (
    matches.some((match) => namesMissing(match, sets)) || matches.every((match) => holdsForKind(match, packet, sets))
  )
}

/** What such a rule does is unknown, whatever the packet. */
function namesMissing(match: Match, sets: Ruleset['sets']): boolean {
  if (match.type === 'lookup') return !sets.has(match.set)
  return match.type === 'address' && match.among.type === 'set' && !sets.has(match.among.name)
}

/** True where it depends on more than the kind. */
function holdsForKind(match: Match, packet: SeenPacket, sets: Ruleset['sets']): boolean {
  switch (match.type) {
    case 'family':
    case 'protocol':
    case 'icmp':
      return matchHolds(match, packet, sets) === true
    case 'port':
      return packet.protocol === match.protocol && (match.side === 'sport' || matchHolds(match, packet, sets) === true)
    case 'address':
      return packet.family === match.family
    case 'lookup':
      return match.family === undefined || packet.family === match.family
    default:
      return true
  }
}
