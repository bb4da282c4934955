/** The canonical text of selectors, and the laws that join it to reading and matching. */

import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { matchesSelector } from '../../src/selector/match-selector.ts'
import { printSelector } from '../../src/selector/print-selector.ts'
import { readSelector } from '../../src/selector/read-selector.ts'
import type { Selector } from '../../src/selector/selector.ts'
import { anyLabels, anySelector, hasDoubleNot } from './arbitrary-selector.ts'

const test = suite('print-selector')

function read(text: string): Selector {
  const reading = readSelector(text)
  if (reading.type === 'fault') throw new Error(`${reading.message} in ${text}`)
  return reading.selector
}

test('printSelector() brackets and quotes as Calico does when text is untidy', () => {
  assert.is(
    printSelector(read(`a=='b'&&c in{'z',"x",'z',}||!  has( d )`)),
    '((a == "b" && c in {"x", "z"}) || !has(d))',
  )
  assert.is(printSelector(read(`a == 'say "x"'`)), `a == 'say "x"'`)
})

test('printSelector() keeps a not in brackets in a not when printing what was read', () => {
  assert.is(printSelector(read('!(!(has(a)))')), '!!has(a)')
  assert.is(printSelector(read('!!has(a)')), 'has(a)')
})

test('readSelector() gives the same selector back when it reads printed text', () => {
  fc.assert(
    fc.property(
      anySelector.filter((selector) => !hasDoubleNot(selector)),
      (selector) => assert.equal(readSelector(printSelector(selector)), { type: 'selector', selector }),
    ),
    { numRuns: 500 },
  )
})

test('printSelector() is idempotent when its text is read again', () => {
  fc.assert(
    fc.property(anySelector, (selector) => {
      const text = printSelector(read(printSelector(selector)))
      assert.is(printSelector(read(text)), text)
      if (!hasDoubleNot(selector)) assert.is(text, printSelector(selector))
    }),
    { numRuns: 500 },
  )
})

test('matchesSelector() decides the same when the selector went through text', () => {
  fc.assert(
    fc.property(anySelector, anyLabels, (selector, labels) => {
      assert.is(matchesSelector(read(printSelector(selector)), labels), matchesSelector(selector, labels))
    }),
    { numRuns: 1000 },
  )
})

test.run()
