import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { newcomers } from '../../src/policy/keep-list.ts'
import { diceOf } from '../fakes/dice.ts'

const test = suite('newcomers')

test('newcomers() gives what is between the beginning and the end that both lists have', () => {
  assert.equal(newcomers(['a', 'b', 'c'], ['a', 'b', 'c']), [])
  assert.equal(newcomers(['a', 'x', 'c'], ['a', 'b', 'c']), ['x'])
  assert.equal(newcomers(['a', 'c'], ['a', 'b', 'c']), [])
  assert.equal(newcomers(['a', 'a', 'a'], ['a', 'a']), ['a'])
  assert.equal(newcomers(['a', 'b'], []), ['a', 'b'])
  assert.equal(newcomers([], ['a']), [])
})

test('newcomers() leaves out nothing that was not there before', () => {
  const dice = diceOf('newcomers')
  for (let round = 0; round < 2000; round++) {
    const [list, before] = [0, 1].map(() => Array.from({ length: dice.below(6) }, () => dice.below(4)))
    const found = newcomers(list ?? [], before ?? [])
    for (const item of list ?? []) assert.ok(before?.includes(item) || found.includes(item))
  }
})

test.run()
