/** What two sets were combined to: a table of fixed places in which a newer result takes the place of an older one. */

import { hash } from './node-table.ts'

const firstPlaces = 1 << 12
/** 64 MB. */
const mostPlaces = 1 << 22
/** The two nodes, of which the first carries the operation, and the result. */
const width = 3
const operations = 3

export class OperationCache {
  private entries = new Int32Array(firstPlaces * width)
  private mask = firstPlaces - 1

  /** Grows with the diagram, and forgets everything when it does. */
  fit(nodes: number): void {
    let places = this.mask + 1
    if (nodes <= places || places === mostPlaces) return
    while (places < nodes && places < mostPlaces) places *= 4
    this.entries = new Int32Array(Math.min(places, mostPlaces) * width)
    this.mask = Math.min(places, mostPlaces) - 1
  }

  get(operation: number, a: number, b: number): number | undefined {
    const place = (hash(operation, a, b) & this.mask) * width
    const key = a * operations + operation
    return this.entries[place] === key && this.entries[place + 1] === b ? this.entries[place + 2] : undefined
  }

  set(operation: number, { a, b, result }: { readonly a: number; readonly b: number; readonly result: number }): void {
    const place = (hash(operation, a, b) & this.mask) * width
    this.entries[place] = a * operations + operation
    this.entries[place + 1] = b
    this.entries[place + 2] = result
  }
}
