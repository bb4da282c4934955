import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { findMassRemoval } from '../../src/guard/mass-removal.ts'

const test = suite('findMassRemoval')
const some = { endpoints: 2, rules: 40, members: 1000 }
const messages = (after: typeof some, share = 0.5): readonly string[] =>
  findMassRemoval(some, after, share).map(({ message }) => message)

test('findMassRemoval() objects when more than the share goes, of each kind by itself', () => {
  assert.equal(messages({ endpoints: 1, rules: 20, members: 500 }), [], 'exactly the share')
  assert.equal(messages({ endpoints: 0, rules: 19, members: 499 }), [
    '2 of 2 host endpoints would go: 100%, where at most 50% may go at once',
    '21 of 40 rules would go: 53%, where at most 50% may go at once',
    '501 of 1000 set members would go: 51%, where at most 50% may go at once',
  ])
  assert.equal(messages({ endpoints: 0, rules: 0, members: 0 }, 1), [])
})

test('findMassRemoval() finds small removals ordinary, but not that of the last endpoint', () => {
  const few = { endpoints: 1, rules: 9, members: 9 }
  const none = { endpoints: 0, rules: 0, members: 0 }
  assert.equal(findMassRemoval({ ...few, endpoints: 0 }, none, 0.5), [])
  assert.is(findMassRemoval(few, none, 0.5).length, 1)
  assert.is(findMassRemoval({ endpoints: 0, rules: 10, members: 0 }, none, 0.5).length, 1)
})

test('findMassRemoval() does not mind more, or the first policy of all', () => {
  assert.equal(messages({ endpoints: 3, rules: 400, members: 10_000 }), [])
  assert.equal(findMassRemoval({ endpoints: 0, rules: 0, members: 0 }, some, 0), [])
})

test.run()
