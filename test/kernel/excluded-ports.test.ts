/** Rules that want or exclude ports on both sides, in the kernel: nft must not join what belongs apart. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { printReplacement } from '../../src/diff/print-script.ts'
import { printTable } from '../../src/ruleset/print-table.ts'
import { exampleHost } from '../examples/example-host.ts'
import { e0, gnp } from '../examples/resources.ts'
import { packetOf } from '../explain/table-and-packet.ts'
import { compileDocuments } from '../fakes/agreement.ts'
import { kernelAvailable } from '../fakes/kernel.ts'
import type { Plain } from '../fakes/plain-document.ts'
import { skipLoudly } from '../fakes/skip.ts'
import { InjectionLab } from './injection-lab.ts'
import { exampleLabPlan } from './lab-plans.ts'
import { differingLines, listing } from './listed-table.ts'

const test = suite('excluded ports')
type Entity = { readonly [key: string]: Plain }

let lab: InjectionLab | undefined
test.before(() => {
  lab = new InjectionLab(exampleLabPlan)
})
test.after(() => lab?.remove())

/** Source and destination ports of the packets that a rule allows, of those given. */
function allowed(source: Entity, destination: Entity, pairs: readonly string[]): readonly string[] {
  const rule = { action: 'Allow', protocol: 'TCP', source, destination }
  const compiled = compileDocuments([e0, gnp('ports', "hep == 'e0'", { in: [rule] })], exampleHost)
  if (lab === undefined || typeof compiled === 'string') throw new Error(`${compiled}`)
  const packets = pairs.map((pair) => packetOf(`sport=${pair.split(' ')[0]} dport=${pair.split(' ')[1]}`))
  const [seen = []] = lab.carry(packets, [printReplacement(compiled.ruleset)])
  const live = listing(lab.run('nft -s -n list table inet rampart'))
  assert.equal(differingLines(printTable(live), printTable(compiled.ruleset)), [])
  return pairs.filter((_, at) => (seen[at] ?? []).length > 0)
}

test('a rule that excludes one port on each side matches neither', () => {
  const pairs = ['1000 80', '1000 8022', '1001 80', '1001 8022']
  assert.equal(allowed({ notPorts: [1000] }, { notPorts: [8022] }, pairs), ['1001 80'])
  assert.equal(allowed({ notPorts: [1000] }, { ports: [80, 8022], notPorts: [8022] }, pairs), ['1001 80'])
  assert.equal(allowed({ notPorts: [1000, 1002] }, { notPorts: [8022] }, pairs), ['1001 80'])
})

test('a rule that wants one port on each side is listed as it was written', () => {
  const pairs = ['1000 80', '1000 8022', '1001 80', '1001 8022']
  assert.equal(allowed({ ports: [1000], notPorts: [5, 6] }, { ports: [8022] }, pairs), ['1000 8022'])
  assert.equal(allowed({ ports: ['1000:1001'], notPorts: [1000] }, { ports: [80] }, pairs), ['1001 80'])
})

const available = kernelAvailable()
if (available.ok) test.run()
else skipLoudly(available.reason)
