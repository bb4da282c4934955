/** Sets against single packets: what is said of all packets at once is what the oracle and the compiled table say of each. */

import { randomBytes } from 'node:crypto'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Cause } from '../../src/access/cause.ts'
import { HostAccess } from '../../src/access/host-access.ts'
import type { Decision } from '../../src/access/list-decisions.ts'
import type { Path } from '../../src/access/path-walk.ts'
import { type Place, placeOf } from '../../src/access/places.ts'
import { RevisionAccess } from '../../src/access/revision-access.ts'
import { spotsOf } from '../../src/access/spots.ts'
import { icmpv6 } from '../../src/net/protocol.ts'
import type { Packet } from '../../src/packet/packet.ts'
import { printPacket } from '../../src/packet/print-packet.ts'
import { setOfPacket } from '../../src/packet-set/member.ts'
import { PacketSets } from '../../src/packet-set/packet-sets.ts'
import type { HostView } from '../../src/policy/host-view.ts'
import type { Compiled } from '../fakes/agreement.ts'
import { type Dice, diceOf } from '../fakes/dice.ts'
import { disputeOver } from '../fakes/dispute.ts'
import { randomCase } from '../fakes/random-case.ts'
import { randomHeader } from '../fakes/random-header.ts'
import { ruleText } from '../oracle/ruling.ts'
import { judge } from '../oracle.ts'

const test = suite('symbolic evaluation')
const freshSeed = process.env.RAMPART_RANDOM_SEED ?? randomBytes(4).toString('hex')
const policies = 40

process.stdout.write(`symbolic: random policies of seeds fixed and ${freshSeed} (RAMPART_RANDOM_SEED)\n`)

for (const seed of ['fixed', freshSeed])
  test(`HostAccess.rulings() are what judge() says of packets in and at the borders of each, ${policies} policies of seed ${seed}`, () => {
    let asked = 0
    for (let index = 0; index < policies; index++) {
      const { compiled } = randomCase(`symbolic ${seed} ${index}`)
      asked += checkHost(compiled, diceOf(`${seed} ${index}`))
    }
    assert.ok(asked > policies * 100, `only ${asked} packets were asked about`)
  })

/** @returns how many packets were asked about. @throws when one of them is judged otherwise */
function checkHost(compiled: Compiled, dice: Dice): number {
  const sets = new PacketSets()
  const host = new HostAccess(new RevisionAccess(sets), compiled.view)
  let asked = 0
  for (const path of pathsOf(compiled.view, dice)) {
    const rulings = host.rulings(path)
    assert.is(sets.unionOf(rulings.map(({ packets }) => packets)), sets.all, 'every packet is ruled about')
    assert.is(sumOfSizes(rulings, sets), true, 'no packet is ruled about twice')
    if (path.state === 'new' && path.from !== undefined && path.to !== undefined) checkPair(host, path, sets)
    for (const ruling of rulings)
      for (let count = 0; count < 2; count++) {
        const header = randomHeader(dice, sets, { set: ruling.packets, isRewritten: path.isRewritten })
        if (header === undefined) continue
        asked += 1
        checkPacket({ compiled, sets }, { ...header, iif: path.iif, oif: path.oif, state: path.state }, ruling)
      }
  }
  return asked
}

function sumOfSizes(rulings: readonly Decision[], sets: PacketSets): boolean {
  let seen = sets.none
  for (const { packets } of rulings) {
    if (sets.intersect(seen, packets) !== sets.none) return false
    seen = sets.union(seen, packets)
  }
  return true
}

interface NamedPath extends Path {
  readonly iif: string | undefined
  readonly oif: string | undefined
}

/** A sample of the ways, each in all states and rewritten or not where packets can be so. */
function pathsOf(view: HostView, dice: Dice): readonly NamedPath[] {
  const names = spotsOf(view, view).map(({ interfaceName }) => interfaceName)
  const ways: { readonly iif: string | undefined; readonly oif: string | undefined }[] = [
    ...names.map((iif) => ({ iif, oif: undefined })),
    ...names.map((oif) => ({ iif: undefined, oif })),
    ...Array.from({ length: 8 }, () => ({ iif: dice.pick(names), oif: dice.pick(names) })),
  ]
  const place = (name: string | undefined): Place | undefined => (name === undefined ? undefined : placeOf(view, name))
  return ways.flatMap(({ iif, oif }) => {
    const way = { iif, oif, from: place(iif), to: place(oif) }
    return [
      { ...way, state: 'new', isRewritten: false } as const,
      { ...way, state: 'new', isRewritten: true } as const,
      { ...way, state: dice.pick(['established', 'untracked', 'invalid'] as const), isRewritten: false },
    ]
  })
}

function checkPair(host: HostAccess, path: Path, sets: PacketSets): void {
  if (path.from === undefined || path.to === undefined) return
  const apart = sets.intersect(host.arriving(path.from, path), host.departing(path.to))
  assert.is(host.allowed(path), apart, 'arriving() and departing() make up allowed()')
}

function checkPacket(
  { compiled, sets }: { readonly compiled: Compiled; readonly sets: PacketSets },
  packet: Packet,
  ruling: Decision,
): void {
  const said = judge(compiled.view, packet)
  const expected = `${ruling.verdict} ${words(ruling.cause)}`
  const heard = `${said.verdict} ${said.decidedBy ?? 'unpoliced'}`
  if (expected !== heard) assert.unreachable(`sets say ${expected}, judge() ${heard}: ${printPacket(packet)}`)
  if (canBe(packet)) assert.is(disputeOver(compiled, packet), undefined)
  assert.is(sets.contains(ruling.packets, setOfPacket(sets, packet)), true)
}

/** As judge() says it. */
function words(cause: Cause): string {
  switch (cause.type) {
    case 'rule':
      return ruleText(cause.owner, cause.direction, cause.index)
    case 'tier':
      return `Tier/${cause.tier} ${cause.direction} default action`
    case 'end':
      return `no ${cause.direction} policy or profile decides`
    case 'built-in':
      return cause.what
  }
}

/** The kernel tracks no neighbour discovery and forwards neither that nor what is on loopback: the table need not judge such packets. */
function canBe({ iif, oif, protocol, icmp, state }: Packet): boolean {
  const type = icmp?.type ?? 0
  const isLinkLocal = protocol === icmpv6 && ((type >= 130 && type <= 137) || type === 143)
  const isForwarded = iif !== undefined && oif !== undefined
  if (isForwarded && (isLinkLocal || iif === 'lo' || oif === 'lo')) return false
  return !isLinkLocal || state === 'untracked'
}

test.run()
