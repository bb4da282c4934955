import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type Cidr, intervalsOf, networkOf } from '../../src/net/cidr.ts'
import { changeIntervals } from '../../src/net/interval-changes.ts'

/** Few addresses, so that networks lie in one another and side by side. */
const network = fc
  .record({ value: fc.integer({ min: 0, max: 127 }), prefix: fc.integer({ min: 25, max: 32 }) })
  .map(({ value, prefix }) => networkOf({ family: 4, value: 0x0a000000n + BigInt(value) }, prefix))
const networks = fc
  .uniqueArray(network, { maxLength: 40, selector: textOf })
  .map((list) => list.sort((a, b) => Number(a.base - b.base) || a.prefix - b.prefix))
const pairs = fc.tuple(networks, networks)

function textOf({ base, prefix }: Cidr): string {
  return `${base}/${prefix}`
}

function changeOf(before: readonly Cidr[], now: readonly Cidr[]) {
  const [then, later] = [before, now].map((list) => new Set(list.map(textOf)))
  return {
    gone: before.filter((one) => !later?.has(textOf(one))),
    come: now.filter((one) => !then?.has(textOf(one))),
  }
}

test('changeIntervals() leads to the intervals of the networks, and tells what came and went', () => {
  fc.assert(
    fc.property(pairs, ([before, now]) => {
      const intervals = intervalsOf(before, 4)
      const changes = changeIntervals(intervals, now, changeOf(before, now))
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
  const changes = changeIntervals(intervals, now, changeOf(many, now))
  assert.is(changes.now.filter((interval) => !intervals.includes(interval)).length, 0)
  assert.is(changes.deleted.length, 1)
})

test('changeIntervals() looks at few of many networks that are one interval together', () => {
  const many = Array.from({ length: 4096 }, (_, at) => networkOf({ family: 4, value: BigInt(at) }, 32))
  let looks = 0
  const watched = new Proxy(many, {
    get: (list, name) => {
      looks++
      return Reflect.get(list, name)
    },
  })
  const gone = many.slice(1000, 1001)
  watched.splice(1000, 1)
  looks = 0
  const changes = changeIntervals(intervalsOf(many.concat(gone), 4), watched, { gone, come: [] })
  assert.equal(changes.now, [
    { from: 0n, to: 999n },
    { from: 1001n, to: 4095n },
  ])
  assert.ok(looks < 1000, `${looks} looks`)
})

test.run()
