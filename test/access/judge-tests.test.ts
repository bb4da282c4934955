/** Policy tests against single packets: a case holds exactly when the oracle says so of every packet that is tried. */

import { randomBytes } from 'node:crypto'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { CaseRegions } from '../../src/access/case-region.ts'
import { TestJudge } from '../../src/access/judge-tests.ts'
import { RevisionAccess } from '../../src/access/revision-access.ts'
import type { CaseJudgement } from '../../src/access/test-result.ts'
import type { Packet } from '../../src/packet/packet.ts'
import { printPacket } from '../../src/packet/print-packet.ts'
import { readPacket } from '../../src/packet/read-packet.ts'
import { setOfPacket } from '../../src/packet-set/member.ts'
import { type PacketSet, PacketSets } from '../../src/packet-set/packet-sets.ts'
import type { PolicyTest, TestCase } from '../../src/policy/policy-test.ts'
import { resolveHost } from '../../src/resolve/resolve-host.ts'
import { askBoth, type Compiled } from '../fakes/agreement.ts'
import type { Dice } from '../fakes/dice.ts'
import { randomCase } from '../fakes/random-case.ts'
import { randomHeader } from '../fakes/random-header.ts'
import { randomPacket, type Stock } from '../fakes/random-packet.ts'
import { randomHostFacts } from '../fakes/random-policy.ts'
import { randomTestCase } from '../fakes/random-test-case.ts'
import { describes } from '../oracle/case-describes.ts'
import { check, fileOf, policyTest } from '../validate/policy-files.ts'

const test = suite('policy tests')
const freshSeed = process.env.RAMPART_RANDOM_SEED ?? randomBytes(4).toString('hex')
const policies = 40
const casesEach = 12

process.stdout.write(`policy tests: seeds fixed and ${freshSeed} (RAMPART_RANDOM_SEED)\n`)

interface Count {
  holds: number
  fails: number
  packets: number
}

for (const seed of ['fixed', freshSeed])
  test(`TestJudge.judge() is what judge() says of the packets of each case, ${policies} policies of seed ${seed}`, () => {
    const seen: Count = { holds: 0, fails: 0, packets: 0 }
    for (let index = 0; index < policies; index++) {
      const { compiled, stock, dice } = randomCase(`test ${seed} ${index}`)
      checkHost(compiled, { stock, dice, seen })
    }
    process.stdout.write(`${JSON.stringify(seen)}\n`)
    assert.ok(seen.holds > policies && seen.fails > policies, 'cases of both kinds were met')
    assert.ok(seen.packets > policies * casesEach, `only ${seen.packets} packets were asked about`)
  })

test('TestJudge.judge() shows what a workload itself would send', () => {
  const workload = `apiVersion: projectcalico.org/v3
kind: WorkloadEndpoint
metadata: {name: a}
spec: {node: gw, orchestrator: k8s, pod: a, endpoint: eth0, interfaceName: cali1, ipNetworks: [10.65.0.2/32], profiles: [projectcalico-default-allow]}
`
  const { policySet } = check([fileOf('a.yaml', workload)])
  const facts = { node: 'gw', interfaces: [] }
  const view = resolveHost({ policySet, facts, failsafes: 'minimal', controlPorts: [] }).value
  const denied = readTest(
    policyTest('host: gw\ncases: [{name: quiet, iif: cali1, oif: eth0, proto: udp, expect: deny}]'),
  )
  const judge = new TestJudge(new RevisionAccess(new PacketSets()), new Map())
  const [result] = judge.judge({ view, facts, origin: 'read' }, [denied])
  const words = result?.finding.type === 'fails' ? printPacket(result.finding.packet) : ''
  assert.match(words, /src=10\.65\.0\.2 /)
})

interface Trial {
  readonly stock: Stock
  readonly dice: Dice
  readonly seen: Count
}

function checkHost(compiled: Compiled, { stock, dice, seen }: Trial): void {
  const cases = Array.from({ length: casesEach }, (_, index) => randomTestCase(dice, stock, `case ${index}`))
  const text = policyTest(`host: h1\ncases: ${JSON.stringify(cases)}`)
  const one = readTest(text)
  const host = { view: compiled.view, facts: randomHostFacts, origin: 'read' } as const
  const results = new TestJudge(new RevisionAccess(new PacketSets()), compiled.view.peers).judge(host, [one])
  const sets = new PacketSets()
  const regions = new CaseRegions(sets, compiled.view.peers)
  assert.equal(
    results.map((result) => result.case.name),
    cases.map(({ name }) => name),
  )
  for (const result of results) {
    const region = regions.of(result.case).packets
    const inside = packetsOf(dice, sets, { region, one: result.case })
    const near = Array.from({ length: 8 }, () => onPath(result.case, randomPacket(dice, stock)))
    for (const packet of [...inside, ...near]) {
      const isDescribed = describes(result.case, packet, compiled.view.peers)
      const isInside = sets.contains(region, setOfPacket(sets, packet))
      assert.is(isDescribed, isInside, `${JSON.stringify(cases)}\n${result.case.name}: ${printPacket(packet)}`)
      if (!isInside) continue
      seen.packets += 1
      const { ruling } = askBoth(compiled, packet)
      const isWrong = ruling.verdict !== result.case.expect
      if (isWrong) assert.is(result.finding.type, 'fails', `${text}\n${result.case.name}: ${printPacket(packet)}`)
    }
    if (result.finding.type === 'holds') seen.holds += 1
    if (result.finding.type === 'fails') {
      seen.fails += 1
      checkCounterexample(compiled, result, { sets, region })
    }
  }
}

function readTest(text: string): PolicyTest {
  const { policySet, diagnostics } = check([fileOf('a.yaml', text)])
  const [one] = policySet.tests
  const faults = diagnostics.filter(({ code }) => code !== 'unknown-host')
  assert.equal(faults, [], `${text}\n${faults.map(({ message }) => message)}`)
  if (one === undefined) throw new Error(text)
  return one
}

/** The packet on the way of the case, and as often rewritten as the case wants. */
function onPath({ iif, oif, state, original }: TestCase, packet: Packet): Packet {
  const { destination, destinationPort } = packet
  const sent = packet.original ?? { destination, destinationPort }
  return { ...packet, iif, oif, state, original: original === undefined ? undefined : sent }
}

/** Of the region, and therefore expressible in words. */
function packetsOf(
  dice: Dice,
  sets: PacketSets,
  { region, one }: { readonly region: PacketSet; readonly one: TestCase },
): readonly Packet[] {
  return Array.from({ length: 8 }).flatMap(() => {
    const header = randomHeader(dice, sets, { set: region, isRewritten: one.original !== undefined })
    return header === undefined ? [] : [{ ...header, iif: one.iif, oif: one.oif, state: one.state }]
  })
}

function checkCounterexample(
  compiled: Compiled,
  { case: one, finding }: CaseJudgement,
  { sets, region }: { readonly sets: PacketSets; readonly region: PacketSet },
): void {
  if (finding.type !== 'fails') return
  const words = printPacket(finding.packet)
  const { ruling, trace } = askBoth(compiled, finding.packet)
  assert.is.not(ruling.verdict, one.expect, words)
  assert.is.not(trace.verdict, one.expect, words)
  assert.equal(readPacket(words.split(' ')).packet, finding.packet, 'the words mean the packet')
  assert.ok(sets.contains(region, setOfPacket(sets, finding.packet)), `${words} is a packet of the case`)
}

test.run()
