/** Sets of packets and their algebra: of one manager, which holds the memory of all its sets and is thrown away with them. */

import { type Cidr, intervalsOf } from '../net/cidr.ts'
import { type Family, families } from '../net/family.ts'
import { mergeIntervals } from '../net/interval.ts'
import { Diagram, emptyNode, fullNode, type Operation } from './diagram.ts'
import { type AddressField, bitsOf, type FieldName, type NumberField } from './fields.ts'
import { intervalNode } from './interval-node.ts'

declare const ofPackets: unique symbol

/** Equal sets of one manager are the same value. */
export type PacketSet = number & { readonly [ofPackets]: true }

/** Inclusive on both sides. */
export interface NumberRange {
  readonly from: number
  readonly to: number
}

/**
 * Ports, ICMP types and the like mean something in some protocols only: a set that asks for one must ask for its
 * protocol, too, or it holds packets of other protocols at random.
 */
export class PacketSets {
  readonly none: PacketSet = asSet(emptyNode)
  readonly all: PacketSet = asSet(fullNode)
  /** For those who take sets apart; its nodes are sets. */
  readonly diagram = new Diagram()

  intersect(a: PacketSet, b: PacketSet): PacketSet {
    return this.combine('intersect', a, b)
  }

  union(a: PacketSet, b: PacketSet): PacketSet {
    return this.combine('union', a, b)
  }

  /** What is in `a` but not in `b`. */
  minus(a: PacketSet, b: PacketSet): PacketSet {
    return this.combine('minus', a, b)
  }

  complement(a: PacketSet): PacketSet {
    return this.combine('minus', this.all, a)
  }

  contains(whole: PacketSet, part: PacketSet): boolean {
    return this.minus(part, whole) === this.none
  }

  /** Neighbours are joined first, so that intermediate sets stay small. */
  unionOf(parts: readonly PacketSet[]): PacketSet {
    if (parts.length <= 2) return this.union(parts[0] ?? this.none, parts[1] ?? this.none)
    const middle = parts.length >> 1
    return this.union(this.unionOf(parts.slice(0, middle)), this.unionOf(parts.slice(middle)))
  }

  intersectionOf(parts: readonly PacketSet[]): PacketSet {
    return parts.reduce((whole, part) => this.intersect(whole, part), this.all)
  }

  ofFamily(family: Family): PacketSet {
    const { start } = bitsOf('family', family)
    const { diagram } = this
    return asSet(family === 4 ? diagram.make(start, fullNode, emptyNode) : diagram.make(start, emptyNode, fullNode))
  }

  ofNumbers(field: NumberField, ranges: readonly NumberRange[]): PacketSet {
    const intervals = ranges.map(({ from, to }) => ({ from: BigInt(from), to: BigInt(to) }))
    return asSet(intervalNode(this.diagram, bitsOf(field, 4), mergeIntervals(intervals)))
  }

  ofNumber(field: NumberField, value: number): PacketSet {
    return this.ofNumbers(field, [{ from: value, to: value }])
  }

  /** Only packets of the families of the networks. */
  ofNetworks(field: AddressField, networks: readonly Cidr[]): PacketSet {
    return this.unionOf(
      families.map((family) => {
        const intervals = intervalsOf(networks, family)
        const addresses = asSet(intervalNode(this.diagram, bitsOf(field, family), intervals))
        return this.intersect(this.ofFamily(family), addresses)
      }),
    )
  }

  /** The packets that are in the set with some value of the field: the set as it is, if the field did not matter. */
  withAny(field: FieldName, set: PacketSet): PacketSet {
    const { start, width } = bitsOf(field, 6)
    const done = new Map<number, number>()
    const visit = (node: number): number => {
      const level = this.diagram.levelOf(node)
      if (level >= start + width) return node
      const known = done.get(node)
      if (known !== undefined) return known
      const low = visit(this.diagram.lowOf(node))
      const high = visit(this.diagram.highOf(node))
      const result = level < start ? this.diagram.make(level, low, high) : this.diagram.combine('union', low, high)
      done.set(node, result)
      return result
    }
    return asSet(visit(set))
  }

  private combine(operation: Operation, a: PacketSet, b: PacketSet): PacketSet {
    return asSet(this.diagram.combine(operation, a, b))
  }
}

/** Of a node of the manager's own diagram. */
function asSet(node: number): PacketSet {
  return node as PacketSet
}
