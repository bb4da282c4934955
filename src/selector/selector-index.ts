/** Which of many selectors pick a label set: only those are tried that need no label, or one that it has. */

import { matchesSelector } from './match-selector.ts'
import { type NeededLabel, neededLabels } from './needed-labels.ts'
import type { Selector } from './selector.ts'

export class SelectorIndex<Owner> {
  private readonly owners: readonly Owner[]
  private readonly selectors: readonly Selector[]
  /** Numbers of those that need a label, by the label, by its value; undefined: whatever value. */
  private readonly needing = new Map<string, Map<string | undefined, number[]>>()
  private readonly needless: number[] = []

  constructor(owners: readonly Owner[], selectorOf: (owner: Owner) => Selector) {
    this.owners = owners
    this.selectors = owners.map(selectorOf)
    for (const [number, selector] of this.selectors.entries()) {
      const needed = neededLabels(selector)
      if (needed === undefined) this.needless.push(number)
      else for (const one of needed) this.add(number, one)
    }
  }

  /** In the order in which they were given. */
  picking(labels: ReadonlyMap<string, string>): readonly Owner[] {
    const candidates = [...this.needless]
    for (const [label, value] of labels) {
      const column = this.needing.get(label)
      for (const number of column?.get(value) ?? []) candidates.push(number)
      for (const number of column?.get(undefined) ?? []) candidates.push(number)
    }
    const ordered = Uint32Array.from(candidates).sort()
    const picking: Owner[] = []
    for (let at = 0; at < ordered.length; at++) {
      const number = ordered[at] ?? 0
      const selector = this.selectors[number]
      const owner = this.owners[number]
      // an `or` may be a candidate by several labels
      if (selector === undefined || owner === undefined || number === ordered[at - 1]) continue
      if (matchesSelector(selector, labels)) picking.push(owner)
    }
    return picking
  }

  private add(number: number, { label, value }: NeededLabel): void {
    const column = this.needing.get(label)
    const numbers = column?.get(value)
    if (column === undefined) this.needing.set(label, new Map([[value, [number]]]))
    else if (numbers === undefined) column.set(value, [number])
    else numbers.push(number)
  }
}
