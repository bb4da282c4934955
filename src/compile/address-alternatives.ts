/** What a rule asks of the addresses of a packet -> the alternatives under which they match, no two at once. */

import { printAddress } from '../net/address.ts'
import { type Cidr, cidrInterval } from '../net/cidr.ts'
import type { Family } from '../net/family.ts'
import { mergeIntervals } from '../net/interval.ts'
import type { Peers } from '../policy/host-view.ts'
import type { EntityRule, PolicyRule } from '../policy/rule.ts'
import { addressElement } from '../ruleset/named-set.ts'
import type { Match } from '../ruleset/rule.ts'
import { printSelector } from '../selector/print-selector.ts'
import type { Selector } from '../selector/selector.ts'
import { peerLookups } from './peer-sets.ts'

/** Each is a conjunction; an empty one holds always. */
type Alternatives = readonly (readonly Match[])[]

const always: Alternatives = [[]]
const never: Alternatives = []

/** Sources in many networks and destinations in many others would multiply to more rules than a lookup of intervals costs. */
const mostAlternatives = 40

/** Without any, no packet of the family can match. */
export function addressAlternatives(
  { source, destination }: PolicyRule,
  family: Family,
  { peers, mostIntervals }: PeerContext,
): Alternatives {
  const sources = entityAlternatives(source, { side: 'saddr', family, peers, mostIntervals })
  if (sources.length === 0) return never
  const destinations = entityAlternatives(destination, { side: 'daddr', family, peers, mostIntervals })
  if (sources.length * destinations.length <= mostAlternatives) return every([sources, destinations])
  const single = { side: 'daddr', family, peers, mostIntervals: Number.POSITIVE_INFINITY } as const
  return every([sources, entityAlternatives(destination, single)])
}

export interface PeerContext {
  readonly peers: Pick<ReadonlyMap<string, Peers>, 'get'>
  /** Of one interval set; what has more is spread over hash sets. */
  readonly mostIntervals: number
}

interface Side extends PeerContext {
  readonly side: 'saddr' | 'daddr'
  readonly family: Family
}

/** All criteria must hold (RM-1 to RM-14); a list of the other family leaves the rule out for this one (RM-21). */
function entityAlternatives(entity: EntityRule, at: Side): Alternatives {
  return every([
    literal(entity.nets, at, 'among'),
    literal(entity.notNets, at, 'not among'),
    peer(entity.selector, at, 'among'),
    peer(entity.notSelector, at, 'not among'),
  ])
}

function every(criteria: readonly Alternatives[]): Alternatives {
  let all = always
  for (const next of criteria)
    if (all === always) all = next
    else if (next !== always) all = all.flatMap((matches) => next.map((more) => [...matches, ...more]))
  return all
}

type Sense = 'among' | 'not among'

function literal(nets: readonly Cidr[] | undefined, { side, family }: Side, sense: Sense): Alternatives {
  if (nets === undefined) return always
  const own = nets.filter((net) => net.family === family)
  if (own.length === 0) return never
  const intervals = own.map(cidrInterval)
  const merged = intervals.length === 1 ? intervals : mergeIntervals(intervals)
  const elements = merged.map((interval) => addressElement(interval, family))
  const negated = sense === 'not among'
  if (elements[0] === everyAddress[family]) return negated ? never : always
  return [[{ type: 'address', side, family, among: { type: 'literal', elements }, negated }]]
}

const everyAddress: Readonly<Record<Family, string>> = {
  4: `${printAddress({ family: 4, value: 0n })}/0`,
  6: `${printAddress({ family: 6, value: 0n })}/0`,
}

function peer(
  selector: Selector | undefined,
  { side, family, peers, mostIntervals }: Side,
  sense: Sense,
): Alternatives {
  if (selector === undefined) return always
  const selected = peers.get(printSelector(selector))
  const lookups = selected === undefined ? [] : peerLookups(selected, family, mostIntervals)
  const negated = sense === 'not among'
  const matches = lookups.map((among): Match => ({ type: 'address', side, family, among, negated }))
  return negated ? [matches] : matches.map((match) => [match])
}
