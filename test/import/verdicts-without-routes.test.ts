/** Without the routes of a host, what is imported of rules between two interfaces is narrower, but for what is listed. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { kernelAvailable } from '../fakes/kernel.ts'
import { skipLoudly } from '../fakes/skip.ts'
import { gateway } from './subjects.ts'
import { compareInKernel, importSubject } from './verdict-lab.ts'

const test = suite('import: without routes')
const packets = 300

test('importPolicy() without routes allows nothing more than back by the same interface, which is listed', () => {
  const subject = { ...gateway, knowsFacts: false }
  const { passages, allowed } = compareInKernel(subject, packets, 'no routes')
  const wider = passages.filter(({ before, after }) => before === 'deny' && after === 'allow')
  assert.ok(allowed > packets / 10, `${allowed} allowed`)
  assert.equal(
    wider.filter(({ seen: { iif, oif } }) => iif === undefined || iif !== oif),
    [],
  )
  const reasons = importSubject(subject).losses.map(({ reason }) => reason)
  for (const { seen } of wider)
    assert.ok(reasons.some((reason) => reason.startsWith(`forwarded packets from ${seen.iif} to ${seen.oif} again`)))
})

const available = kernelAvailable()
if (available.ok) test.run()
else skipLoudly(available.reason)
