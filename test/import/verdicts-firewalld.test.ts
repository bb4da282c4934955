/** Real packets past what firewalld loads, and past the policy imported from its zones: each meets the same verdict. */

import { suite } from 'uvu'
import { kernelAvailable } from '../fakes/kernel.ts'
import { skipLoudly } from '../fakes/skip.ts'
import { firewalldRouter } from './subjects.ts'
import { assertSameVerdicts } from './verdict-lab.ts'

const test = suite('import: firewalld')

test(`importPolicy() of ${firewalldRouter.name} treats packets as the original does`, () => {
  assertSameVerdicts(firewalldRouter)
})

const available = kernelAvailable()
if (available.ok) test.run()
else skipLoudly(available.reason)
