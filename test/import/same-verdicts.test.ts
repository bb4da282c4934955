/** Real packets past a firewall and past the policy imported from it: each meets the same verdict. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { kernelAvailable } from '../fakes/kernel.ts'
import { skipLoudly } from '../fakes/skip.ts'
import { firewalldRouter, gateway, webServer } from './subjects.ts'
import { compareInKernel } from './verdict-lab.ts'

const test = suite('import: same verdicts')
const packets = 500

for (const subject of [webServer, firewalldRouter, gateway])
  test(`importFiles() of ${subject.name} gives a policy that treats ${packets} packets as the original does`, () => {
    const { compared, allowed, denied, disputes } = compareInKernel(subject, packets, 'fixed')
    process.stdout.write(`${subject.name}: ${compared} packets, ${allowed} allowed, ${denied} denied\n`)
    assert.equal(disputes, [])
    assert.ok(compared >= packets && allowed > packets / 10 && denied > packets / 10, `${compared}: ${allowed}, ${denied}`)
  })

const available = kernelAvailable()
if (available.ok) test.run()
else skipLoudly(available.reason)
