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

type Numbered = readonly (readonly [number, Rule])[]

/** What is known of a chain, whatever table it stands in: the next table has most of its chains in common. */
interface ChainIndex {
  /** Where what its rules say of destination ports changes, sorted: between two of them all ports are alike. */
  readonly bounds: readonly number[]
  readonly setNames: ReadonlySet<string>
  /** By family, protocol, port and ICMP type. */
  readonly kinds: Map<string, Numbered>
}

const indexes = new WeakMap<Chain, ChainIndex>()

/** Of packets that somebody asked about; more are found anew. */
const mostKinds = 500

/** Leaves out no rule that would match, and none that cannot be judged. */
export function candidateRules({ sets }: Ruleset): Candidates {
  const unsure = new Map<Chain, boolean>()
  return (chain, packet) => {
    const index = indexOf(chain)
    const isUnsure = unsure.get(chain) ?? [...index.setNames].some((name) => !sets.has(name))
    unsure.set(chain, isUnsure)
    // what a rule does that names a missing set is unknown, whatever the packet
    return isUnsure ? chain.rules.entries() : ofKind(chain, index, packet)
  }
}

function ofKind(chain: Chain, { bounds, kinds }: ChainIndex, packet: SeenPacket): Numbered {
  const { family, protocol, dport, icmp } = packet
  const ports = dport === undefined ? undefined : countUpTo(bounds, dport)
  const kind = `${family} ${protocol} ${ports} ${icmp?.type} ${icmp?.code}`
  const known = kinds.get(kind)
  if (known !== undefined) return known
  const rules = [...chain.rules.entries()].filter(([, { matches }]) =>
    matches.every((match) => holdsForKind(match, packet)),
  )
  if (kinds.size >= mostKinds) kinds.clear()
  kinds.set(kind, rules)
  return rules
}

function indexOf(chain: Chain): ChainIndex {
  const known = indexes.get(chain)
  if (known !== undefined) return known
  const bounds = new Set<number>()
  const setNames = new Set<string>()
  for (const { matches } of chain.rules)
    for (const match of matches) {
      if (match.type === 'lookup') setNames.add(match.set)
      if (match.type === 'address' && match.among.type !== 'literal') setNames.add(match.among.name)
      if (match.type === 'port' && match.side === 'dport')
        for (const { from, to } of match.ranges) bounds.add(from).add(to + 1)
    }
  const index = { bounds: [...bounds].sort((a, b) => a - b), setNames, kinds: new Map() }
  indexes.set(chain, index)
  return index
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

/** What is asked of a kind is in no set. */
const noSets: Ruleset['sets'] = new Map()

/** True where it depends on more than the kind. */
function holdsForKind(match: Match, packet: SeenPacket): boolean {
  switch (match.type) {
    case 'family':
    case 'protocol':
    case 'icmp':
      return matchHolds(match, packet, noSets) === true
    case 'port':
      return (
        packet.protocol === match.protocol && (match.side === 'sport' || matchHolds(match, packet, noSets) === true)
      )
    case 'address':
      return packet.family === match.family
    case 'lookup':
      return match.family === undefined || packet.family === match.family
    default:
      return true
  }
}
