import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { rampart } from '../fakes/command-line.ts'

const test = suite('hold, resume, rollback')

test('wrong words exit 64 before anything is asked', async () => {
  const codes = [
    await rampart('hold'),
    await rampart('hold', '--reason', ' '),
    await rampart('hold', '--reason', 'x', '--until', 'tomorrow'),
    await rampart('hold', '--reason', 'x', '--until', '2020-01-01T00:00:00Z'),
    await rampart('rollback', 'abc'),
    await rampart('rollback', 'HEAD~1'),
    await rampart('rollback', '--allow', 'all'),
  ].map(({ code }) => code)
  assert.equal(codes, [64, 64, 64, 64, 64, 64, 64])
})

test.run()
