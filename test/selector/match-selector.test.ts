/** The meaning of selectors, row by row of behaviour.md 2.3. */

import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { matchesSelector } from '../../src/selector/match-selector.ts'
import { readSelector } from '../../src/selector/read-selector.ts'
import type { Selector } from '../../src/selector/selector.ts'
import { anyLabels, anySelector } from './arbitrary-selector.ts'

const test = suite('match-selector')

function matches(text: string, labels: Readonly<Record<string, string>>): boolean {
  const reading = readSelector(text)
  if (reading.type === 'fault') throw new Error(reading.message)
  return matchesSelector(reading.selector, new Map(Object.entries(labels)))
}

/** Text, and whether it matches without the label, with `k: x`, with `k: xy` and with an empty `k`. */
const table: readonly (readonly [string, boolean, boolean, boolean, boolean])[] = [
  ['k == "x"', false, true, false, false],
  ['k != "x"', true, false, true, true],
  ['k in {"x", ""}', false, true, false, true],
  ['k in {}', false, false, false, false],
  ['k not in {"x"}', true, false, true, true],
  ['k not in {}', true, true, true, true],
  ['k contains "y"', false, false, true, false],
  ['k contains ""', false, true, true, true],
  ['k starts with "xy"', false, false, true, false],
  ['k starts with ""', false, true, true, true],
  ['k ends with "x"', false, true, false, false],
  ['k ends with ""', false, true, true, true],
  ['has(k)', false, true, true, true],
  ['!has(k)', true, false, false, false],
  ['!k contains "x"', true, false, false, true],
  ['all()', true, true, true, true],
  ['!all()', false, false, false, false],
  ['global()', true, true, true, true],
]

for (const [text, ...expected] of table) {
  test(`matchesSelector() follows the table when the selector is ${text}`, () => {
    const labelSets = [{}, { k: 'x' }, { k: 'xy' }, { k: '' }]
    assert.equal(
      labelSets.map((labels) => matches(text, labels)),
      expected,
    )
  })
}

test('matchesSelector() compares exactly when case or type differ', () => {
  assert.not(matches('k == "X"', { k: 'x' }))
  assert.not(matches('K == "x"', { k: 'x' }))
  assert.not(matches('k == "1"', { k: '1.0' }))
})

test('matchesSelector() obeys De Morgan when operands are random', () => {
  const negate = (operand: Selector): Selector => ({ type: 'not', operand })
  fc.assert(
    fc.property(fc.array(anySelector, { minLength: 2, maxLength: 3 }), anyLabels, (operands, labels) => {
      const all = operands.every((operand) => matchesSelector(operand, labels))
      assert.is(matchesSelector({ type: 'and', operands }, labels), all)
      assert.is(matchesSelector({ type: 'or', operands: operands.map(negate) }, labels), !all)
    }),
    { numRuns: 500 },
  )
})

test.run()
