/** Real packets past a gateway written by hand, and past the policy imported from it: each meets the same verdict. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { kernelAvailable } from '../fakes/kernel.ts'
import { skipLoudly } from '../fakes/skip.ts'
import { gateway } from './subjects.ts'
import { assertSameVerdicts } from './verdict-lab.ts'

const test = suite('import: gateway')

test(`importPolicy() of ${gateway.name} treats packets as the original does`, () => {
  const passages = assertSameVerdicts(gateway)
  const rewritten = passages.filter(({ seen }) => seen.original !== undefined)
  process.stdout.write(`${rewritten.length} of them rewritten\n`)
  assert.ok(rewritten.some(({ after }) => after === 'allow'))
})

const available = kernelAvailable()
if (available.ok) test.run()
else skipLoudly(available.reason)
