/** What `npm run fuzz` takes, and that it ends. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readFuzzOptions } from './fuzz-options.ts'
import { fuzzPolicies } from './fuzz-policies.ts'

const test = suite('fuzz')

test('readFuzzOptions() reads how long and from where, and chooses a seed where none is given', () => {
  assert.equal(readFuzzOptions(['--minutes', '0.5', '--seed', 'a-1', '--from', '7']), {
    minutes: 0.5,
    seed: 'a-1',
    from: 7,
  })
  const chosen = readFuzzOptions([])
  assert.type(chosen, 'object')
  if (typeof chosen === 'object') {
    assert.match(chosen.seed, /^[0-9a-f]{8}$/)
    assert.equal([chosen.minutes, chosen.from], [10, 0])
  }
})

test('readFuzzOptions() says what is wrong', () => {
  const wrong = [
    ['--minutes', '0'],
    ['--minutes', 'x'],
    ['--seed', 'a b'],
    ['--from', '-1'],
    ['--from', '1.5'],
    ['--hours', '1'],
    ['x'],
  ]
  for (const words of wrong) assert.type(readFuzzOptions(words), 'string', words.join(' '))
})

test('fuzzPolicies() ends when its time is over and says how far it came', async () => {
  const lines: string[] = []
  const options = { minutes: 0.0001, seed: 'short', from: 3, lab: undefined }
  assert.is(await fuzzPolicies({ ...options, onProgress: (line) => lines.push(line) }), undefined)
  assert.match(lines.at(-1) ?? '', /^seed short: [1-9]\d* policies, \d+00 packets$/)
})

test.run()
