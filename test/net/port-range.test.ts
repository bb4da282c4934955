/** Ports: reading, merging, printing. */

import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { mergePortRanges, printPortRange, readPortRange } from '../../src/net/port-range.ts'

const test = suite('port-range')

test('readPortRange() takes one port or a range when both are in bounds', () => {
  assert.equal(readPortRange('1'), { from: 1, to: 1 })
  assert.equal(readPortRange('8000:8010'), { from: 8000, to: 8010 })
  assert.equal(readPortRange('1:65535'), { from: 1, to: 65535 })
})

for (const text of [
  '',
  '0',
  '0:10',
  '65536',
  '1:65536',
  '10:1',
  '1:2:3',
  ':1',
  '1:',
  '-1',
  '80 ',
  '8-9',
  '*',
  'http',
  '1.5',
  '1e3',
]) {
  test(`readPortRange() gives nothing when the text is ${JSON.stringify(text)}`, () => {
    assert.is(readPortRange(text), undefined)
  })
}

const anyRange = fc
  .tuple(fc.integer({ min: 1, max: 20 }), fc.nat({ max: 5 }))
  .map(([from, more]) => ({ from, to: from + more }))

test('mergePortRanges() keeps every port and joins neighbours when ranges are random', () => {
  const ports = Array.from({ length: 27 }, (_, port) => port)
  fc.assert(
    fc.property(fc.array(anyRange, { maxLength: 6 }), (ranges) => {
      const merged = mergePortRanges(ranges)
      for (const port of ports) {
        const within = ({ from, to }: { readonly from: number; readonly to: number }): boolean =>
          from <= port && port <= to
        assert.is(merged.filter(within).length, ranges.some(within) ? 1 : 0)
      }
      for (const [at, range] of merged.entries()) assert.ok(range.from > (merged[at - 1]?.to ?? -1) + 1)
    }),
    { numRuns: 1000 },
  )
})

test('readPortRange() gives the range back when it reads printed text', () => {
  fc.assert(fc.property(anyRange, (range) => assert.equal(readPortRange(printPortRange(range)), range)))
})

test.run()
