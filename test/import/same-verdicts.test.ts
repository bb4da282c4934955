/** Real packets past a firewall and past the policy imported from it: each meets the same verdict. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { kernelAvailable } from '../fakes/kernel.ts'
import { programExists } from '../fakes/program-exists.ts'
import { skipLoudly } from '../fakes/skip.ts'
import { firewalldRouter, gateway, webServer } from './subjects.ts'
import { compareInKernel, importSubject } from './verdict-lab.ts'

const test = suite('import: same verdicts')
const packets = 500
const hasIptables = programExists('iptables-nft-restore')

for (const subject of [...(hasIptables ? [webServer] : []), firewalldRouter, gateway])
  test(`importPolicy() of ${subject.name} treats ${packets} packets as the original does`, () => {
    const { passages, allowed, disputes } = compareInKernel(subject, packets, 'fixed')
    process.stdout.write(`${subject.name}: ${passages.length} packets, ${allowed} allowed\n`)
    assert.equal(disputes, [])
    assert.ok(passages.length >= packets)
    assert.ok(allowed > packets / 10 && allowed < 0.9 * packets, `${allowed} allowed`)
  })

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

if (!hasIptables) skipLoudly('there is no iptables-nft-restore (package iptables) to load what ufw wrote')
const available = kernelAvailable()
if (available.ok) test.run()
else skipLoudly(available.reason)
