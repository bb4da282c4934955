/** A Calico host: its export as it is, judged by the specification, and what was imported of it, in the evaluator and in the kernel. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { trace } from '../../src/explain/trace.ts'
import type { HostFacts } from '../../src/host/host-facts.ts'
import { printPacket } from '../../src/packet/print-packet.ts'
import { asFile, compileForHost, importPolicy, readPolicy } from '../../src/pipeline.ts'
import { surroundingsOf } from '../../src/resolve/surroundings.ts'
import { diceOf } from '../fakes/dice.ts'
import { kernelAvailable } from '../fakes/kernel.ts'
import { randomPacket, stockOf } from '../fakes/random-packet.ts'
import { skipLoudly } from '../fakes/skip.ts'
import { InjectionLab } from '../kernel/injection-lab.ts'
import { askKernel } from '../kernel/kernel-agreement.ts'
import { randomFlights } from '../kernel/random-flights.ts'
import { judge } from '../oracle.ts'
import { readSource } from './rulesets.ts'
import { calicoHost } from './subjects.ts'
import { compileImported, factsOf, importSubject } from './verdict-lab.ts'

const test = suite('import: Calico')
const packets = 2000

test('importPolicy() of an export treats packets as the specification treats the export itself', () => {
  const facts = factsOf(calicoHost)
  const original = compileOriginal(facts)
  const imported = compileImported(importSubject(calicoHost), facts)
  const stock = stockOf({ text: readSource('calico.yaml').text, facts, view: original.view })
  const dice = diceOf('calico')
  const seen = { allow: 0, deny: 0 }
  for (let at = 0; at < packets; at++) {
    const packet = randomPacket(dice, stock)
    const surroundings = surroundingsOf(imported.view, facts)
    const found = trace({ ruleset: imported.ruleset, packet, surroundings })
    assert.is(found.verdict, judge(original.view, packet).verdict, printPacket(packet))
    seen[found.verdict]++
  }
  assert.ok(seen.allow > packets / 10 && seen.deny > packets / 10, JSON.stringify(seen))
})

test('importPolicy() of an export makes a table of which the kernel thinks the same', () => {
  const facts = factsOf(calicoHost)
  const { view, ruleset } = compileImported(importSubject(calicoHost), facts)
  const stock = stockOf({ text: readSource('calico.yaml').text, facts, view })
  const flights = randomFlights(diceOf('calico kernel'), stock, 44)
  const lab = new InjectionLab(calicoHost.plan)
  try {
    const passages = askKernel(lab, { ruleset, surroundings: surroundingsOf(view, facts) }, flights)
    const carried = passages.flatMap((passage) => passage ?? [])
    assert.ok(carried.length > 20, `${carried.length} carried`)
    for (const {
      agree,
      packets: [first],
      verdict,
    } of carried)
      assert.ok(agree, `${first && printPacket(first)}: ${verdict}`)
  } finally {
    lab.remove()
  }
})

test('importPolicy() strips what the server set, lists what is not carried over, and leaves the rest alone', () => {
  const imported = importPolicy({
    sources: [readSource('calico.yaml')],
    type: undefined,
    host: 'x',
    facts: undefined,
    routes: undefined,
  })
  if (typeof imported === 'string') throw new Error(imported)
  const text = imported.files.map((file) => file.text).join('')
  assert.not.match(text, /uid|resourceVersion|creationTimestamp/)
  assert.equal(
    imported.losses.map(({ reason }) => reason.slice(0, 60)),
    [
      'Profile projectcalico-default-allow: rampart has it built in',
      'FelixConfiguration default: unknown field "futureSetting" in',
      'IPPool default-ipv4-ippool: it manages the addresses of cont',
    ],
  )
  assert.is(readPolicy(imported.files.map(asFile)).diagnostics.filter(({ severity }) => severity === 'error').length, 0)
})

/** Without the documents and the setting that are listed, and nothing else changed. */
function compileOriginal(facts: HostFacts) {
  const lists = readSource('calico.yaml')
    .text.split(/^---$/m)
    .filter((list) => !/kind: (ProfileList|IPPoolList)/.test(list))
  const text = lists.join('---\n').replace(/^ *futureSetting:.*\n/m, '')
  const policy = readPolicy([asFile({ path: 'export.yaml', text })])
  assert.equal(
    policy.diagnostics.filter(({ severity }) => severity === 'error').map(({ message }) => message),
    [],
  )
  return compileForHost({ policySet: policy.value, facts, failsafes: 'minimal', controlPorts: [] }).value
}

const available = kernelAvailable()
if (available.ok) test.run()
else skipLoudly(available.reason)
