/** Lists in order: what one has and the other has not. */

import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { listChange } from '../../src/policy/ordered-list.ts'

const test = suite('ordered-list')

const numbers = fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { maxLength: 40 }).map((list) => list.sort(ascending))

function ascending(a: number, b: number): number {
  return a - b
}

test('listChange() is what one list has and the other has not', () => {
  fc.assert(
    fc.property(numbers, numbers, (before, now) => {
      const { gone, come } = listChange(before, now, ascending)
      assert.equal(
        gone,
        before.filter((one) => !now.includes(one)),
      )
      assert.equal(
        come,
        now.filter((one) => !before.includes(one)),
      )
    }),
    { numRuns: 300, seed: 1 },
  )
})

test('listChange() does not look at what is the same object in both', () => {
  const items = Array.from({ length: 1000 }, (_, value) => ({ value }))
  const now = items.toSpliced(500, 1).toSpliced(700, 0, { value: 700.5 })
  let looks = 0
  const { gone, come } = listChange(items, now, (a, b) => {
    looks++
    return a.value - b.value
  })
  assert.equal(
    [gone, come].map((list) => list.map(({ value }) => value)),
    [[500], [700.5]],
  )
  assert.ok(looks < 10, `${looks} comparisons`)
})

test.run()
