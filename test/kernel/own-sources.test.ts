/** With which sources a workload gets past the check of its sources, in the kernel (EV-44). */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { surroundingsOf } from '../../src/resolve/surroundings.ts'
import { exampleHost } from '../examples/example-host.ts'
import { settings, wep } from '../examples/resources.ts'
import { packetOf } from '../explain/table-and-packet.ts'
import { compileDocuments } from '../fakes/agreement.ts'
import { kernelAvailable } from '../fakes/kernel.ts'
import { skipLoudly } from '../fakes/skip.ts'
import { InjectionLab } from './injection-lab.ts'
import { askKernel } from './kernel-agreement.ts'
import { exampleLabPlan } from './lab-plans.ts'

const test = suite('kernel: own sources')
let lab: InjectionLab | undefined
test.before(() => {
  lab = new InjectionLab(exampleLabPlan)
})
test.after(() => lab?.remove())

/** `allow` or `deny`, in the kernel; undefined where it carries no such packet anyway. */
function verdicts(ends: readonly string[]): readonly (string | undefined)[] {
  const compiled = compileDocuments([wep('a'), settings({ defaultEndpointToHostAction: 'Accept' })], exampleHost)
  if (lab === undefined || typeof compiled === 'string') throw new Error(`${compiled}`)
  const { ruleset, view } = compiled
  const packets = ends.map((words) => packetOf(`iif=cali1 proto=udp sport=68 dport=67 ${words}`))
  const passages = askKernel(lab, { ruleset, surroundings: surroundingsOf(view, exampleHost.facts) }, packets)
  for (const [at, passage] of passages.entries()) assert.is(passage?.agree ?? true, true, ends[at])
  return passages.map((passage) => passage?.verdict)
}

test('isOwnSource() lets pass what the kernel does: own and link-local addresses, and 0.0.0.0 to the whole link', () => {
  const ends = [
    'src=10.65.0.2 dst=203.0.113.10',
    'src=fd00:65::2 dst=2001:db8::10',
    'src=fe80::5 dst=2001:db8::10',
    'src=0.0.0.0 dst=255.255.255.255',
  ]
  assert.equal(verdicts(ends), ['allow', 'allow', 'allow', 'allow'])
})

test('isOwnSource() stops what the kernel does: addresses of others, and the rest of 0.0.0.0/8', () => {
  const ends = ['src=10.65.0.3 dst=203.0.113.10', 'src=fd00:65::3 dst=2001:db8::10', 'src=0.1.2.3 dst=255.255.255.255']
  assert.equal(verdicts(ends), ['deny', 'deny', 'deny'])
})

const available = kernelAvailable()
if (available.ok) test.run()
else skipLoudly(available.reason)
