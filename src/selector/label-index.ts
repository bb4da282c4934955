/** Which of many label sets a selector picks: what matchesSelector() says of each, worked out for all at once. */

import { addBit, addBits, type Bits, bitsBelow, invertBits, keepBits } from './bits.ts'
import { compares } from './match-selector.ts'
import type { Selector } from './selector.ts'

/** Those that have one value of a label: their numbers while they are few, bits where those take less room. */
type Posting = number[] | Bits

type Column = ReadonlyMap<string, Posting>

export class LabelIndex {
  /** How many label sets there are; they are numbered in the order in which they are given. */
  readonly size: number
  /** By label, by value. */
  private readonly columns = new Map<string, Map<string, Posting>>()

  constructor(labelSets: Iterable<ReadonlyMap<string, string>>) {
    let number = 0
    for (const labels of labelSets) {
      for (const [label, value] of labels) this.add(number, label, value)
      number++
    }
    this.size = number
    for (const column of this.columns.values())
      for (const [value, posting] of column)
        if (posting.length > this.size / 32) column.set(value, this.union([posting]))
  }

  /** The bits are the caller's own. */
  select(selector: Selector): Bits {
    switch (selector.type) {
      case 'all':
      case 'global':
        return this.everybody()
      case 'has':
        return this.union(this.columnOf(selector.label).values())
      case 'compare':
        return this.comparing(selector)
      case 'in':
        return this.having(selector.label, selector.values)
      case 'not in':
        return this.others(this.having(selector.label, selector.values))
      case 'not':
        return this.others(this.select(selector.operand))
      case 'and': {
        const found = this.everybody()
        for (const operand of selector.operands) keepBits(found, this.select(operand))
        return found
      }
      case 'or': {
        const found = bitsBelow(this.size)
        for (const operand of selector.operands) addBits(found, this.select(operand))
        return found
      }
    }
  }

  private add(number: number, label: string, value: string): void {
    const column = this.columns.get(label)
    const posting = column?.get(value)
    if (column === undefined) this.columns.set(label, new Map([[value, [number]]]))
    else if (posting === undefined) column.set(value, [number])
    else if (Array.isArray(posting)) posting.push(number)
  }

  private comparing({ label, operator, value }: Extract<Selector, { type: 'compare' }>): Bits {
    if (operator === '==') return this.having(label, [value])
    if (operator === '!=') return this.others(this.having(label, [value]))
    const postings: Posting[] = []
    for (const [actual, posting] of this.columnOf(label)) if (compares(actual, operator, value)) postings.push(posting)
    return this.union(postings)
  }

  private having(label: string, values: readonly string[]): Bits {
    const column = this.columnOf(label)
    return this.union(values.map((value) => column.get(value) ?? []))
  }

  private columnOf(label: string): Column {
    return this.columns.get(label) ?? emptyColumn
  }

  private union(postings: Iterable<Posting>): Bits {
    const found = bitsBelow(this.size)
    for (const posting of postings) {
      if (Array.isArray(posting)) for (const number of posting) addBit(found, number)
      else addBits(found, posting)
    }
    return found
  }

  private everybody(): Bits {
    return this.others(bitsBelow(this.size))
  }

  private others(bits: Bits): Bits {
    invertBits(bits, this.size)
    return bits
  }
}

const emptyColumn: Column = new Map()
