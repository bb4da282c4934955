/** The canonical order of set values. */

import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { valueSet } from '../../src/selector/value-set.ts'

const test = suite('value-set')

test('valueSet() drops duplicates when values repeat', () => {
  assert.equal(valueSet(['b', 'a', 'b', '', 'a']), ['', 'a', 'b'])
  assert.equal(valueSet([]), [])
})

test('valueSet() puts U+FB01 before U+1F600 when UTF-16 would not', () => {
  assert.equal(valueSet(['\u{1F600}', '\uFB01', '\uD7FF']), ['\uD7FF', '\uFB01', '\u{1F600}'])
})

test('valueSet() sorts as the UTF-8 bytes sort when text is random', () => {
  const text = fc.string({ unit: 'binary', maxLength: 4 })
  fc.assert(
    fc.property(fc.array(text), (values) => {
      const bytes = [...new Set(values)].map((value) => Buffer.from(value)).sort(Buffer.compare)
      assert.equal(
        valueSet(values),
        bytes.map((value) => value.toString()),
      )
    }),
    { numRuns: 1000 },
  )
})

test.run()
