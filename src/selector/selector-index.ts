/** Which of many selectors pick a label set, and which may decide otherwise about another: only those are tried whose labels are concerned. */

import { matchesSelector } from './match-selector.ts'
import { type NeededLabel, neededLabels } from './needed-labels.ts'
import type { Selector } from './selector.ts'
import { labelsIn } from './selector-labels.ts'

type Labels = ReadonlyMap<string, string>

export class SelectorIndex<Owner> {
  private readonly owners: readonly Owner[]
  private readonly selectors: readonly Selector[]
  private readonly needing = new Columns()
  private readonly needless: number[] = []
  private readonly naming = new Columns()

  constructor(owners: readonly Owner[], selectorOf: (owner: Owner) => Selector) {
    this.owners = owners
    this.selectors = owners.map(selectorOf)
    for (const [number, selector] of this.selectors.entries()) {
      const needed = neededLabels(selector)
      if (needed === undefined) this.needless.push(number)
      else for (const one of needed) this.needing.add(number, one)
      for (const one of labelsIn(selector)) this.naming.add(number, one)
    }
  }

  /** In the order in which they were given. */
  picking(labels: Labels): readonly Owner[] {
    const candidates = [...this.needless]
    for (const [label, value] of labels) this.needing.addTo(candidates, { label, value })
    return this.ownersOf(candidates, (selector) => matchesSelector(selector, labels))
  }

  /** All that may pick one of two label sets and not the other, in the order in which they were given. */
  namingBetween(before: Labels, now: Labels): readonly Owner[] {
    const candidates: number[] = []
    for (const label of new Set([...before.keys(), ...now.keys()])) {
      const [old, next] = [before.get(label), now.get(label)]
      if (old === next) continue
      // whoever compares with other values alone finds neither
      this.naming.addTo(candidates, { label, value: old })
      this.naming.addTo(candidates, { label, value: next })
    }
    return this.ownersOf(candidates, () => true)
  }

  /** @param numbers some of them more than once: a selector may be a candidate by several labels */
  private ownersOf(numbers: readonly number[], isWanted: (selector: Selector) => boolean): readonly Owner[] {
    const ordered = Uint32Array.from(numbers).sort()
    const found: Owner[] = []
    for (let at = 0; at < ordered.length; at++) {
      const number = ordered[at] ?? 0
      const selector = this.selectors[number]
      const owner = this.owners[number]
      if (selector === undefined || owner === undefined || number === ordered[at - 1]) continue
      if (isWanted(selector)) found.push(owner)
    }
    return found
  }
}

/** Numbers of selectors by a label, by its value; undefined: whatever value. */
class Columns {
  private readonly columns = new Map<string, Map<string | undefined, number[]>>()

  add(number: number, { label, value }: NeededLabel): void {
    const column = this.columns.get(label)
    const numbers = column?.get(value)
    if (column === undefined) this.columns.set(label, new Map([[value, [number]]]))
    else if (numbers === undefined) column.set(value, [number])
    else numbers.push(number)
  }

  /** Those under the value and those under whatever value. */
  addTo(numbers: number[], { label, value }: NeededLabel): void {
    const column = this.columns.get(label)
    for (const number of column?.get(value) ?? []) numbers.push(number)
    for (const number of column?.get(undefined) ?? []) numbers.push(number)
  }
}
