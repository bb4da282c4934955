import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readUntil } from '../../src/cli/read-until.ts'

const test = suite('readUntil')
const now = new Date('2030-01-01T00:00:00Z')

function read(text: string): string {
  const until = readUntil(text, now)
  return typeof until === 'string' ? until : until.toISOString()
}

test('readUntil() reads moments and spans', () => {
  assert.is(read('2h'), '2030-01-01T02:00:00.000Z')
  assert.is(read('90m'), '2030-01-01T01:30:00.000Z')
  assert.is(read('30s'), '2030-01-01T00:00:30.000Z')
  assert.is(read('3d'), '2030-01-04T00:00:00.000Z')
  assert.is(read('2030-01-31T18:00:00Z'), '2030-01-31T18:00:00.000Z')
  assert.is(read('2030-01-31t18:00:00.5+02:00'), '2030-01-31T16:00:00.500Z')
})

test('readUntil() refuses what is no moment, and what is over', () => {
  const notMoments = ['', 'tomorrow', '2h30m', '-2h', '2w', '2030-01-31', '2030-01-31T18:00:00', '2030-13-31T18:00:00Z']
  for (const text of notMoments) assert.match(read(text), 'write a time as', text)
  for (const text of ['0h', '2029-12-31T23:59:59Z', '2030-01-01T00:00:00Z'])
    assert.is(read(text), 'it must lie in the future', text)
})

test.run()
