import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readAllowances, readAllowList } from '../../src/repository/allowances.ts'

const test = suite('readAllowances')

test('readAllowances() reads the trailers of the last paragraph, each with one word or several', () => {
  assert.equal(
    readAllowances(
      'close ssh\n\nWhy.\n\nRampart-Allow: cut-sessions, Mass-Removal\nSigned-off-by: Ada\nrampart-allow: bare-endpoint\n',
    ),
    ['cut-sessions', 'mass-removal', 'bare-endpoint'],
  )
})

test('readAllowances() finds none in the subject, in another paragraph or in the middle of a line', () => {
  for (const message of [
    'Rampart-Allow: cut-sessions',
    'a\n\nRampart-Allow: cut-sessions\n\nand more',
    'a\n\nwith Rampart-Allow: cut-sessions',
    'a\n\nRampart-Allow:',
    '',
  ]) {
    assert.equal(readAllowances(message), [], message)
  }
})

test('readAllowList() takes commas and blanks, and drops what cannot be a name', () => {
  assert.equal(readAllowList('cut-sessions,mass-removal  bare-endpoint'), [
    'cut-sessions',
    'mass-removal',
    'bare-endpoint',
  ])
  assert.equal(readAllowList(' , x=1 '), [])
})

test.run()
