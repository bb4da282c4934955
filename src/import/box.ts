/**
 * Sets of packets of one family as boxes, so that what two lists of rules allow can be compared exactly. Not those of packet-set/: their
 * rows tell protocols apart first, and "neither TCP nor UDP" is no rule of a policy; a box tells addresses apart first, which always are.
 */

import type { Family } from '../net/family.ts'
import { type Interval, mergeIntervals, subtractIntervals } from '../net/interval.ts'
import { commonIntervals, intervalsOf, listOf, type Match } from './match.ts'
import { allAddresses } from './read-values.ts'

/** One list for each of: source, destination, protocol, source port, destination port, ICMP type and code. */
export type Box = readonly (readonly Interval[])[]

const ports: Interval = { from: 0n, to: 65535n }
const protocols: Interval = { from: 0n, to: 255n }

/** Undefined when no packet of the family matches. Interfaces are not looked at. */
function boxOf(match: Match, family: Family): Box | undefined {
  if (match.family !== undefined && match.family !== family) return undefined
  const all = allAddresses(family)
  const { protocol } = match
  const named = mergeIntervals((protocol?.of ?? []).map((one) => ({ from: BigInt(one), to: BigInt(one) })))
  const box = [
    match.source === undefined ? [all] : intervalsOf(match.source, all),
    match.destination === undefined ? [all] : intervalsOf(match.destination, all),
    protocol === undefined ? [protocols] : protocol.negated ? subtractIntervals([protocols], named) : named,
    match.sourcePorts ?? [ports],
    match.destinationPorts ?? [ports],
    match.icmp ?? [ports],
  ]
  return box.some((part) => part.length === 0) ? undefined : box
}

export function matchOf(
  [source, destination, protocol, sourcePorts, destinationPorts, icmp]: Box,
  family: Family,
): Match {
  const all = allAddresses(family)
  const isAll = (part: readonly Interval[] = [], whole: Interval): boolean =>
    part.length === 1 && part[0]?.from === whole.from && part[0].to === whole.to
  const side = (part: readonly Interval[] = []) => {
    const rest = subtractIntervals([all], part)
    return rest.length < part.length ? { among: undefined, not: [listOf(rest)] } : { among: listOf(part), not: [] }
  }
  const numbers = (part: readonly Interval[] = []): readonly number[] =>
    part.flatMap(({ from, to }) => Array.from({ length: Number(to - from) + 1 }, (_, at) => Number(from) + at))
  const others = numbers(subtractIntervals([protocols], protocol ?? []))
  return {
    family,
    ...(isAll(source, all) ? {} : { source: side(source) }),
    ...(isAll(destination, all) ? {} : { destination: side(destination) }),
    ...(others.length === 0
      ? {}
      : { protocol: others.length < 128 ? { of: others, negated: true } : { of: numbers(protocol), negated: false } }),
    ...(sourcePorts === undefined || isAll(sourcePorts, ports) ? {} : { sourcePorts }),
    ...(destinationPorts === undefined || isAll(destinationPorts, ports) ? {} : { destinationPorts }),
    ...(icmp === undefined || isAll(icmp, ports) ? {} : { icmp }),
  }
}

/** Undefined when they share no packet. */
export function commonBox(a: Box, b: Box): Box | undefined {
  const common = a.map((part, at) => commonIntervals(part, b[at] ?? []))
  return common.some((part) => part.length === 0) ? undefined : common
}

/** A box is a list itself, which flatMap() would take apart. */
export function asList(box: Box | undefined): readonly Box[] {
  return box === undefined ? [] : [box]
}

/** Disjoint boxes of what is in the first but not in the second. */
function boxWithout(box: Box, hole: Box): readonly Box[] {
  if (commonBox(box, hole) === undefined) return [box]
  const rest: Box[] = []
  let middle = box
  for (const [at, part] of box.entries()) {
    const outside = subtractIntervals(part, hole[at] ?? [])
    if (outside.length > 0) rest.push(middle.with(at, outside))
    middle = middle.with(at, commonIntervals(part, hole[at] ?? []))
  }
  return rest
}

export function boxesWithout(boxes: readonly Box[], holes: readonly Box[]): readonly Box[] {
  return holes.reduce<readonly Box[]>((left, hole) => {
    if (left.length > mostBoxes) return left
    return left.flatMap((box) => boxWithout(box, hole))
  }, boxes)
}

/** Beyond that a comparison is not worth its time. */
export const mostBoxes = 4000

export interface BoxRule {
  readonly action: 'Allow' | 'Deny' | 'Log'
  readonly match: Match
}

/** What a list allows, the first match deciding; undefined when that takes too many boxes. */
export function allowedBoxes(rules: readonly BoxRule[], family: Family, within: Match): readonly Box[] | undefined {
  const whole = boxOf(within, family)
  let left: readonly Box[] = whole === undefined ? [] : [whole]
  const allowed: Box[] = []
  for (const { action, match } of rules) {
    const box = action === 'Log' ? undefined : boxOf(match, family)
    if (box === undefined) continue
    if (action === 'Allow') allowed.push(...left.flatMap((one) => asList(commonBox(one, box))))
    left = left.flatMap((one) => boxWithout(one, box))
    if (left.length + allowed.length > mostBoxes) return undefined
  }
  return allowed
}

/** Whether a list allows all of it, the first match deciding; false, too, when that takes too many boxes. */
export function allowsWhole(rules: readonly BoxRule[], family: Family, whole: Match): boolean {
  let left = asList(boxOf(whole, family))
  for (const { action, match } of rules) {
    const box = action === 'Log' ? undefined : boxOf(match, family)
    if (box === undefined) continue
    if (action === 'Deny' && left.some((one) => commonBox(one, box) !== undefined)) return false
    left = left.flatMap((one) => boxWithout(one, box))
    if (left.length > mostBoxes) return false
  }
  return left.length === 0
}
