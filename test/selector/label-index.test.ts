/** Equal in meaning to matchesSelector(), which the specification's table is about. */

import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { forEachBit } from '../../src/selector/bits.ts'
import { LabelIndex } from '../../src/selector/label-index.ts'
import { matchesSelector } from '../../src/selector/match-selector.ts'
import { anyLabels, anySelector } from './arbitrary-selector.ts'

const test = suite('LabelIndex')

test('select() picks exactly whom matchesSelector() picks', () => {
  // from 33 label sets on there is a second word, and below 32 every value is held as bits
  const anyLabelSets = fc.array(anyLabels, { maxLength: 70 })
  fc.assert(
    fc.property(anyLabelSets, fc.array(anySelector, { minLength: 1, maxLength: 5 }), (labelSets, selectors) => {
      const index = new LabelIndex(labelSets)
      assert.is(index.size, labelSets.length)
      for (const selector of selectors) {
        const expected = labelSets.flatMap((labels, number) => (matchesSelector(selector, labels) ? [number] : []))
        const found: number[] = []
        forEachBit(index.select(selector), (number) => found.push(number))
        assert.equal(found, expected)
      }
    }),
    { numRuns: 1000 },
  )
})

test('select() finds a value that few have as it finds one that many have', () => {
  const labelSets = Array.from(
    { length: 1000 },
    (_, number) =>
      new Map([
        ['rest', `${number % 200}`],
        ['half', `${number % 2}`],
      ]),
  )
  const index = new LabelIndex(labelSets)
  for (const [label, value, count] of [
    ['rest', '199', 5],
    ['half', '1', 500],
    ['half', '2', 0],
  ] as const) {
    let found = 0
    forEachBit(index.select({ type: 'compare', label, operator: '==', value }), () => found++)
    assert.is(found, count)
  }
})

test('select() gives bits that may be changed', () => {
  const index = new LabelIndex([new Map([['a', 'b']])])
  const has = { type: 'has', label: 'a' } as const
  index.select(has).fill(0)
  assert.is(index.select(has)[0], 1)
})

test.run()
