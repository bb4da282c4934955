/** Real packets past a gateway written by hand, and past the policy imported from it: each meets the same verdict. */

import { suite } from 'uvu'
import { kernelAvailable } from '../fakes/kernel.ts'
import { skipLoudly } from '../fakes/skip.ts'
import { gateway } from './subjects.ts'
import { assertSameVerdicts } from './verdict-lab.ts'

const test = suite('import: gateway')

test(`importPolicy() of ${gateway.name} treats packets as the original does`, () => {
  assertSameVerdicts(gateway)
})

const available = kernelAvailable()
if (available.ok) test.run()
else skipLoudly(available.reason)
