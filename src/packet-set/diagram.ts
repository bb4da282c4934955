/**
 * Sets of bit strings as reduced ordered binary decision diagrams: equal sets are the same node.
 *
 * A node asks for one bit (its level) and goes on at `low` or `high`. Node 0 is the empty set, node 1 holds everything.
 * No node has two equal branches, no two nodes are equal, and a set that does not depend on a bit has no node for it
 * (Bryant, Graph-Based Algorithms for Boolean Function Manipulation, 1986).
 */

import { NodeTable } from './node-table.ts'
import { OperationCache } from './operation-cache.ts'

export const emptyNode = 0
export const fullNode = 1

export type Operation = 'intersect' | 'union' | 'minus'

const operationNumbers: Readonly<Record<Operation, number>> = { intersect: 0, union: 1, minus: 2 }

export class Diagram {
  private readonly nodes = new NodeTable()
  private readonly cache = new OperationCache()

  /** Both ends included. */
  get size(): number {
    return this.nodes.size
  }

  /** Infinity for the two ends. */
  levelOf(node: number): number {
    return this.nodes.levelOf(node)
  }

  lowOf(node: number): number {
    return this.nodes.lowOf(node)
  }

  highOf(node: number): number {
    return this.nodes.highOf(node)
  }

  /** @param level smaller than those of both branches */
  make(level: number, low: number, high: number): number {
    return low === high ? low : this.nodes.find(level, low, high)
  }

  combine(operation: Operation, a: number, b: number): number {
    this.cache.fit(this.nodes.size)
    switch (operation) {
      case 'intersect':
        return this.intersect(a, b)
      case 'union':
        return this.union(a, b)
      case 'minus':
        return this.minus(a, b)
    }
  }

  private intersect(a: number, b: number): number {
    if (a === emptyNode || b === emptyNode) return emptyNode
    if (a === fullNode || a === b) return b
    if (b === fullNode) return a
    if (a > b) return this.intersect(b, a)
    return this.known(operationNumbers.intersect, a, b) ?? this.branch('intersect', a, b)
  }

  private union(a: number, b: number): number {
    if (a === fullNode || b === fullNode) return fullNode
    if (a === emptyNode || a === b) return b
    if (b === emptyNode) return a
    if (a > b) return this.union(b, a)
    return this.known(operationNumbers.union, a, b) ?? this.branch('union', a, b)
  }

  private minus(a: number, b: number): number {
    if (a === emptyNode || b === fullNode || a === b) return emptyNode
    if (b === emptyNode) return a
    return this.known(operationNumbers.minus, a, b) ?? this.branch('minus', a, b)
  }

  private known(operation: number, a: number, b: number): number | undefined {
    return this.cache.get(operation, a, b)
  }

  /** Decides the topmost bit that either asks for. */
  private branch(operation: Operation, a: number, b: number): number {
    const { nodes } = this
    const levelA = nodes.levelOf(a)
    const levelB = nodes.levelOf(b)
    const level = Math.min(levelA, levelB)
    const lowA = levelA === level ? nodes.lowOf(a) : a
    const highA = levelA === level ? nodes.highOf(a) : a
    const lowB = levelB === level ? nodes.lowOf(b) : b
    const highB = levelB === level ? nodes.highOf(b) : b
    const result =
      operation === 'intersect'
        ? this.make(level, this.intersect(lowA, lowB), this.intersect(highA, highB))
        : operation === 'union'
          ? this.make(level, this.union(lowA, lowB), this.union(highA, highB))
          : this.make(level, this.minus(lowA, lowB), this.minus(highA, highB))
    this.cache.set(operationNumbers[operation], { a, b, result })
    return result
  }
}
