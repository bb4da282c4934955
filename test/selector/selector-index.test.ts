import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { matchesSelector } from '../../src/selector/match-selector.ts'
import { neededLabels } from '../../src/selector/needed-labels.ts'
import type { Selector } from '../../src/selector/selector.ts'
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

test('namingBetween() names, once and in their order, all that pick one of two label sets and not the other', () => {
  let count = 0
  fc.assert(
    fc.property(fc.array(anySelector, { maxLength: 20 }), anyLabels, anyLabels, (selectors, before, now) => {
      const index = new SelectorIndex([...selectors.keys()], (number) => selectors[number] ?? { type: 'all' })
      const naming = index.namingBetween(before, now)
      assert.equal(naming, [...new Set(naming)].sort(byNumber))
      for (const [number, selector] of selectors.entries()) {
        if (matchesSelector(selector, before) === matchesSelector(selector, now)) continue
        assert.ok(naming.includes(number))
        count++
      }
    }),
    { numRuns: 2000 },
  )
  assert.ok(count > 50, `${count} differ`)
})

test('namingBetween() leaves out selectors that compare with other values alone, or name other labels', () => {
  const compare = (label: string, operator: '==' | '!=' | 'contains', value: string): Selector => {
    return { type: 'compare', label, operator, value }
  }
  const among = (type: 'in' | 'not in', ...values: string[]): Selector => ({ type, label: 'a', values })
  const away: readonly Selector[] = [
    { type: 'all' },
    { type: 'has', label: 'b' },
    { type: 'not', operand: compare('b', '==', 'x') },
    compare('a', '==', 'z'),
    compare('a', '!=', 'z'),
    among('in', 'v', 'w'),
    among('not in', 'v', 'w'),
  ]
  const near: readonly Selector[] = [
    { type: 'has', label: 'a' },
    { type: 'not', operand: compare('a', '==', 'x') },
    { type: 'and', operands: [compare('b', '==', 'x'), compare('a', '!=', 'y')] },
    compare('a', 'contains', 'z'),
    among('in', 'w', 'x'),
    among('not in', 'y', 'z'),
  ]
  const index = new SelectorIndex([...away, ...near], (selector) => selector)
  const [x, y] = [new Map([['a', 'x']]), new Map([['a', 'y']])]
  const others = [['b', 'x']] as const
  assert.equal(index.namingBetween(new Map([...others, ...x]), new Map([...y, ...others])), near)
  assert.equal(index.namingBetween(x, new Map(x)), [])
  assert.equal(index.namingBetween(new Map(), y), [near[0], near[2], near[3], near[5]])
})

function byNumber(a: number, b: number): number {
  return a - b
}

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
