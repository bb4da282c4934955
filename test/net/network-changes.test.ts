import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type Cidr, intervalsOf, networkOf } from '../../src/net/cidr.ts'
import { changeIntervals, networkChanges } from '../../src/net/network-changes.ts'

/** Few addresses, so that networks lie in one another and side by side. */
const network = fc
  .record({ value: fc.integer({ min: 0, max: 127 }), prefix: fc.integer({ min: 25, max: 32 }) })
  .map(({ value, prefix }) => networkOf({ family: 4, value: 0x0a000000n + BigInt(value) }, prefix))
const networks = fc
  .uniqueArray(network, { maxLength: 40, selector: ({ base, prefix }) => `${base}/${prefix}` })
  .map((list) => list.sort((a, b) => Number(a.base - b.base) || a.prefix - b.prefix))
const pairs = fc.tuple(networks, networks)
const textOf = ({ base, prefix }: Cidr): string => `${base}/${prefix}`

test('networkChanges() is what one list has and the other has not', () => {
  fc.assert(
    fc.property(pairs, ([before, now]) => {
      const { deleted, added } = networkChanges(before, now)
      const [then, later] = [new Set(before.map(textOf)), new Set(now.map(textOf))]
      assert.equal(
        deleted.map(textOf),
        [...then].filter((text) => !later.has(text)),
      )
      assert.equal(
        added.map(textOf),
        [...later].filter((text) => !then.has(text)),
      )
    }),
    { numRuns: 300, seed: 1 },
  )
})

test('changeIntervals() leads to the intervals of the networks, and tells what came and went', () => {
  fc.assert(
    fc.property(pairs, ([before, now]) => {
      const intervals = intervalsOf(before, 4)
      const changes = changeIntervals(intervals, now, networkChanges(before, now))
      assert.equal(changes.now, intervalsOf(now, 4))
      const gone = new Set(changes.deleted)
      const kept = intervals.filter((interval) => !gone.has(interval))
      assert.equal(
        [...kept, ...changes.added].sort((a, b) => Number(a.from - b.from)),
        changes.now,
      )
    }),
    { numRuns: 1000, seed: 2 },
  )
})

test('changeIntervals() keeps what no change touches as the same objects', () => {
  const many = Array.from({ length: 100 }, (_, at) => networkOf({ family: 4, value: BigInt(at * 512) }, 24))
  const intervals = intervalsOf(many, 4)
  const now = many.filter((_, at) => at !== 40)
  const changes = changeIntervals(intervals, now, networkChanges(many, now))
  assert.is(changes.now.filter((interval) => !intervals.includes(interval)).length, 0)
  assert.is(changes.deleted.length, 1)
})

test.run()
