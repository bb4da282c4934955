/** A set -> rows of fields that a person can read: disjoint products of intervals, as few as the order of the fields allows. */

import { type Family, families } from '../net/family.ts'
import { type Interval, mergeIntervals, sameIntervals } from '../net/interval.ts'
import { type Diagram, emptyNode, fullNode } from './diagram.ts'
import { type BitRange, bitsOf, type FieldName, fieldNames } from './fields.ts'
import type { PacketSet, PacketSets } from './packet-sets.ts'

export interface PacketRow {
  /** Undefined: both. */
  readonly family: Family | undefined
  /** In the order of the fields, those that matter; each canonical, never empty and never everything. */
  readonly fields: ReadonlyMap<FieldName, readonly Interval[]>
}

/** In order of family and of the fields' first values. */
export function rowsOf(sets: PacketSets, set: PacketSet): readonly PacketRow[] {
  const { diagram } = sets
  const [four = [], six = []] = families.map((family) => {
    const node = branchOf(diagram, set, family)
    return node === emptyNode ? [] : rowsFrom({ diagram, family, at: 1 }, node)
  })
  const shared = new Set(six.filter((row) => isWithoutAddress(row) && four.some((other) => sameFields(row, other))))
  const isShared = (row: Fields): boolean => [...shared].some((other) => sameFields(row, other))
  return [
    ...four.map((fields) => ({ family: isShared(fields) ? undefined : (4 as const), fields })),
    ...six.filter((fields) => !shared.has(fields)).map((fields) => ({ family: 6 as const, fields })),
  ]
}

type Fields = PacketRow['fields']

interface Frame {
  readonly diagram: Diagram
  readonly family: Family
  /** Of `fieldNames`. */
  readonly at: number
}

function branchOf(diagram: Diagram, set: PacketSet, family: Family): number {
  if (diagram.levelOf(set) > bitsOf('family', family).start) return set
  return family === 4 ? diagram.lowOf(set) : diagram.highOf(set)
}

function rowsFrom({ diagram, family, at }: Frame, node: number): readonly Fields[] {
  const name = fieldNames[at]
  if (name === undefined || node === fullNode) return [new Map()]
  const bits = bitsOf(name, family)
  const below = { diagram, family, at: at + 1 }
  if (diagram.levelOf(node) >= bits.start + bits.width) return rowsFrom(below, node)
  return [...valuesByBranch(diagram, bits, node)].flatMap(([branch, intervals]) =>
    rowsFrom(below, branch).map((fields): Fields => new Map([[name, intervals], ...fields])),
  )
}

/** For each set of what may follow the field: the values of the field that lead there. Without the empty one. */
function valuesByBranch(
  diagram: Diagram,
  { start, width }: BitRange,
  top: number,
): ReadonlyMap<number, readonly Interval[]> {
  const found = new Map<number, Interval[]>()
  const visit = (node: number, depth: number, prefix: bigint): void => {
    if (node === emptyNode) return
    if (diagram.levelOf(node) >= start + width) {
      const rest = BigInt(width - depth)
      const block = { from: prefix << rest, to: ((prefix + 1n) << rest) - 1n }
      const blocks = found.get(node)
      if (blocks === undefined) found.set(node, [block])
      else blocks.push(block)
      return
    }
    const decides = diagram.levelOf(node) === start + depth
    visit(decides ? diagram.lowOf(node) : node, depth + 1, prefix << 1n)
    visit(decides ? diagram.highOf(node) : node, depth + 1, (prefix << 1n) | 1n)
  }
  visit(top, 0, 0n)
  return new Map([...found].map(([node, blocks]) => [node, mergeIntervals(blocks)]))
}

function isWithoutAddress(fields: Fields): boolean {
  return !fields.has('source') && !fields.has('destination') && !fields.has('original')
}

function sameFields(a: Fields, b: Fields): boolean {
  return a.size === b.size && [...a].every(([name, intervals]) => sameIntervals(intervals, b.get(name) ?? []))
}
