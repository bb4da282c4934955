/** Interval algebra against brute force over a universe of 24 numbers. */

import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import {
  type Interval,
  intervalsContain,
  mergeIntervals,
  sameIntervals,
  subtractIntervals,
} from '../../src/net/interval.ts'

const test = suite('interval')

const universe = Array.from({ length: 24 }, (_, number) => BigInt(number))
const anyInterval = fc.tuple(fc.nat({ max: 23 }), fc.nat({ max: 6 })).map(([from, more]) => ({
  from: BigInt(from),
  to: BigInt(Math.min(from + more, 23)),
}))
const anyIntervals = fc.array(anyInterval, { maxLength: 6 })

function numbers(intervals: readonly Interval[]): readonly bigint[] {
  return universe.filter((number) => intervals.some(({ from, to }) => from <= number && number <= to))
}

/** The canonical list, the slow way. */
function runs(members: readonly bigint[]): readonly Interval[] {
  const starts = members.filter((number) => !members.includes(number - 1n))
  const ends = members.filter((number) => !members.includes(number + 1n))
  return starts.map((from, at) => ({ from, to: ends[at] ?? from }))
}

test('mergeIntervals() gives the canonical list when intervals overlap, touch or repeat', () => {
  assert.equal(
    mergeIntervals([
      { from: 5n, to: 6n },
      { from: 1n, to: 4n },
      { from: 2n, to: 3n },
      { from: 8n, to: 8n },
    ]),
    [
      { from: 1n, to: 6n },
      { from: 8n, to: 8n },
    ],
  )
  fc.assert(
    fc.property(anyIntervals, (intervals) => assert.equal(mergeIntervals(intervals), runs(numbers(intervals)))),
    { numRuns: 1000 },
  )
})

test('mergeIntervals() leaves its argument alone when it has to sort', () => {
  const intervals = Object.freeze([Object.freeze({ from: 3n, to: 4n }), Object.freeze({ from: 1n, to: 3n })])
  assert.equal(mergeIntervals(intervals), [{ from: 1n, to: 4n }])
})

test('subtractIntervals() gives the canonical rest when lists are random', () => {
  fc.assert(
    fc.property(anyIntervals, anyIntervals, (a, b) => {
      const holes = numbers(b)
      const rest = subtractIntervals(mergeIntervals(a), mergeIntervals(b))
      assert.equal(rest, runs(numbers(a).filter((number) => !holes.includes(number))))
    }),
    { numRuns: 2000 },
  )
})

test('subtractIntervals() stays within the family when holes reach its ends', () => {
  const all = [{ from: 0n, to: 2n ** 128n - 1n }]
  assert.equal(subtractIntervals(all, all), [])
  assert.equal(subtractIntervals(all, [{ from: 0n, to: 0n }]), [{ from: 1n, to: 2n ** 128n - 1n }])
  assert.equal(subtractIntervals(all, [{ from: 2n ** 128n - 1n, to: 2n ** 128n - 1n }]), [
    { from: 0n, to: 2n ** 128n - 2n },
  ])
})

test('intervalsContain() agrees with looking at every interval when lists are random', () => {
  fc.assert(
    fc.property(anyIntervals, (intervals) => {
      const merged = mergeIntervals(intervals)
      assert.equal(
        universe.filter((number) => intervalsContain(merged, number)),
        numbers(intervals),
      )
    }),
    { numRuns: 1000 },
  )
})

test('sameIntervals() is equality of sets when lists are canonical', () => {
  fc.assert(
    fc.property(anyIntervals, anyIntervals, (a, b) => {
      const same = numbers(a).join() === numbers(b).join()
      assert.is(sameIntervals(mergeIntervals(a), mergeIntervals(b)), same)
      assert.ok(sameIntervals(mergeIntervals(a), mergeIntervals([...a, ...a].reverse())))
    }),
    { numRuns: 500 },
  )
})

test.run()
