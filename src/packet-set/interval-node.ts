/** Canonical intervals of one field -> the set of packets with a value among them, built from the top without a step in vain. */

import type { Interval } from '../net/interval.ts'
import { type Diagram, emptyNode, fullNode } from './diagram.ts'
import type { BitRange } from './fields.ts'

export function intervalNode(diagram: Diagram, { start, width }: BitRange, intervals: readonly Interval[]): number {
  const bits = (value: bigint): string => value.toString(2).padStart(width, '0')
  const ends: Ends = { from: intervals.map(({ from }) => bits(from)), to: intervals.map(({ to }) => bits(to)) }
  return build({ diagram, start, width, ends }, 0, {
    first: 0,
    after: intervals.length,
    opensLeft: false,
    opensRight: false,
  })
}

/** As strings of `0` and `1`. */
interface Ends {
  readonly from: readonly string[]
  readonly to: readonly string[]
}

interface Frame extends BitRange {
  readonly diagram: Diagram
  readonly ends: Ends
}

/** The intervals that meet a block of values with equal first bits. */
interface Block {
  readonly first: number
  readonly after: number
  /** The first interval begins at or before the block. */
  readonly opensLeft: boolean
  /** The last interval ends at or after the end of the block. */
  readonly opensRight: boolean
}

function build(frame: Frame, depth: number, block: Block): number {
  const { first, after, opensLeft, opensRight } = block
  if (first === after) return emptyNode
  if (depth === frame.width || (after - first === 1 && opensLeft && opensRight)) return fullNode
  const { from, to } = frame.ends
  const middle = firstInUpperHalf(from, depth, block)
  const last = middle - 1
  const endsAbove = last === after - 1 && opensRight
  const straddles = middle > first && (endsAbove || isOne(to[last], depth))
  const low = build(frame, depth + 1, { first, after: middle, opensLeft, opensRight: straddles })
  const high = build(frame, depth + 1, { first: straddles ? last : middle, after, opensLeft: straddles, opensRight })
  return frame.diagram.make(frame.start + depth, low, high)
}

function firstInUpperHalf(from: readonly string[], depth: number, { first, after, opensLeft }: Block): number {
  let low = opensLeft ? first + 1 : first
  let high = after
  while (low < high) {
    const middle = (low + high) >> 1
    if (isOne(from[middle], depth)) high = middle
    else low = middle + 1
  }
  return low
}

function isOne(bits: string | undefined, depth: number): boolean {
  return bits?.[depth] === '1'
}
