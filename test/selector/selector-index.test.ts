import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { matchesSelector } from '../../src/selector/match-selector.ts'
import { neededLabels } from '../../src/selector/needed-labels.ts'
import { SelectorIndex } from '../../src/selector/selector-index.ts'
import { anyLabels, anySelector } from './arbitrary-selector.ts'

const test = suite('SelectorIndex')

test('picking() names exactly those that matchesSelector() says pick the labels, in their order', () => {
  fc.assert(
    fc.property(
      fc.array(anySelector, { maxLength: 20 }),
      fc.array(anyLabels, { maxLength: 5 }),
      (selectors, labelSets) => {
        const index = new SelectorIndex([...selectors.keys()], (number) => selectors[number] ?? { type: 'all' })
        for (const labels of labelSets) {
          const expected = [...selectors.keys()].filter((number) =>
            matchesSelector(selectors[number] ?? { type: 'all' }, labels),
          )
          assert.equal(index.picking(labels), expected)
        }
      },
    ),
    { numRuns: 1000 },
  )
})

test('neededLabels() names what whoever is picked has', () => {
  fc.assert(
    fc.property(anySelector, fc.array(anyLabels, { maxLength: 20 }), (selector, labelSets) => {
      const needed = neededLabels(selector)
      for (const labels of labelSets.filter((one) => matchesSelector(selector, one)))
        assert.ok(
          needed?.some(({ label, value }) => (value === undefined ? labels.has(label) : labels.get(label) === value)) ??
            true,
        )
    }),
    { numRuns: 1000 },
  )
})

test('neededLabels() prefers the values of a conjunction that fewest have', () => {
  const has = { type: 'has', label: 'a' } as const
  const equal = { type: 'compare', label: 'b', operator: '==', value: 'x' } as const
  const not = { type: 'not', operand: has } as const
  assert.equal(neededLabels({ type: 'and', operands: [has, not, equal] }), [{ label: 'b', value: 'x' }])
  assert.equal(neededLabels({ type: 'or', operands: [has, equal] }), [
    { label: 'a', value: undefined },
    { label: 'b', value: 'x' },
  ])
  assert.is(neededLabels({ type: 'or', operands: [equal, not] }), undefined)
})

test.run()
