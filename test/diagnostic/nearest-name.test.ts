/** Suggestions for misspelt words. */

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { nearestName } from '../../src/diagnostic/nearest-name.ts'

test('nearestName() finds what was meant', () => {
  const words = ['selector', 'notSelector', 'nets', 'notNets', 'ports']
  assert.is(nearestName('slector', words), 'selector')
  assert.is(nearestName('Selector', words), 'selector')
  assert.is(nearestName('ents', words), 'nets')
  assert.is(nearestName('notnet', words), 'notNets')
})

test('nearestName() stays silent when nothing is near', () => {
  assert.is(nearestName('tier', ['selector', 'order']), undefined)
  assert.is(nearestName('x', ['y']), undefined)
  assert.is(nearestName('', []), undefined)
})

test.run()
