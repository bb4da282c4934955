/** The worked examples of the specification as real packets, where they are about packets. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Packet } from '../../src/packet/packet.ts'
import { printPacket } from '../../src/packet/print-packet.ts'
import { surroundingsOf } from '../../src/resolve/surroundings.ts'
import { exampleHost } from '../examples/example-host.ts'
import type { ExampleCase } from '../examples/resources.ts'
import { workedExamples } from '../examples/worked-examples.ts'
import { packetOf } from '../explain/table-and-packet.ts'
import { compileDocuments } from '../fakes/agreement.ts'
import { kernelAvailable } from '../fakes/kernel.ts'
import { skipLoudly } from '../fakes/skip.ts'
import { InjectionLab } from './injection-lab.ts'
import { askKernel } from './kernel-agreement.ts'
import { describe } from './kernel-dispute.ts'
import { exampleLabPlan } from './lab-plans.ts'

const examples = suite('worked examples in the kernel')

/** They say which policies are valid. Each of the others has at least one packet, and all of those are sent. */
const withoutPackets = ['EX-49', 'EX-55', 'EX-70', 'EX-74']

/** What connection tracking calls otherwise: an error that belongs to no flow begins none. */
const otherState = ['EX-80 iif=eth0 src=192.0.2.1 dst=203.0.113.1 proto=icmp icmp-type=3 icmp-code=4 state=new']

let lab: InjectionLab | undefined
examples.before(() => {
  lab = new InjectionLab(exampleLabPlan)
})
examples.after(() => lab?.remove())

for (const { id, cases } of workedExamples.filter((one) => !withoutPackets.includes(one.id)))
  examples(`${id}, as packets`, () => {
    for (const one of cases) checkCase(id, one)
  })

examples('only examples about validity have no packets', () => {
  const silent = workedExamples.filter(({ cases }) => cases.every(({ expected }) => typeof expected === 'string'))
  assert.equal(
    silent.map(({ id }) => id),
    withoutPackets,
  )
})

function checkCase(id: string, { documents, expected }: ExampleCase): void {
  if (typeof expected === 'string') return
  const lines = expected.map((line) => {
    const at = line.lastIndexOf(' ')
    return { packet: packetOf(line.slice(0, at)), verdict: line.slice(at + 1) }
  })
  // a packet that begins a flow may have the ports of one that is already known
  const isKnown = ({ state }: Packet): boolean => state === 'established' || state === 'related'
  for (const known of [true, false])
    checkLines(
      { id, documents },
      lines.filter(({ packet }) => isKnown(packet) === known),
    )
}

interface Line {
  readonly packet: Packet
  readonly verdict: string
}

function checkLines(
  { id, documents }: Pick<ExampleCase, 'documents'> & { readonly id: string },
  lines: readonly Line[],
): void {
  if (lines.length === 0) return
  const compiled = compileDocuments(documents, exampleHost)
  if (lab === undefined || typeof compiled === 'string') throw new Error(`${compiled}`)
  const surroundings = surroundingsOf(compiled.view, exampleHost.facts)
  const passages = askKernel(
    lab,
    { ruleset: compiled.ruleset, surroundings },
    lines.map(({ packet }) => packet),
  )
  for (const [at, { packet, verdict }] of lines.entries()) {
    const passage = passages[at]
    const words = `${id} ${printPacket(packet)}`
    if (passage === undefined) throw new Error(`the kernel does not carry ${words}`)
    assert.is(passage.verdict, verdict, describe(compiled, packet, passage))
    const [seen] = passage.packets.filter(({ iif }) => iif === packet.iif)
    if (seen !== undefined && otherState.includes(words)) assert.is(seen.state, 'invalid')
    else assert.is(seen && `${id} ${printPacket(seen)}`, words)
  }
}

const available = kernelAvailable()
if (available.ok) examples.run()
else skipLoudly(available.reason)
