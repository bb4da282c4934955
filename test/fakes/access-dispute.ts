/** The difference in access of two random revisions against the oracle: packets in and at the borders of every reported region, and of the rest. */

import type { AccessChange } from '../../src/access/access-change.ts'
import { ofOwnAddresses } from '../../src/access/built-in-sets.ts'
import { compareHost } from '../../src/access/compare-host.ts'
import { HostAccess } from '../../src/access/host-access.ts'
import { RevisionAccess } from '../../src/access/revision-access.ts'
import { type Spot, spotsOf } from '../../src/access/spots.ts'
import type { Packet } from '../../src/packet/packet.ts'
import { printPacket } from '../../src/packet/print-packet.ts'
import { type PacketHeader, setOfPacket } from '../../src/packet-set/member.ts'
import { type PacketSet, PacketSets } from '../../src/packet-set/packet-sets.ts'
import type { HostView } from '../../src/policy/host-view.ts'
import { judge } from '../oracle.ts'
import { compileDocuments } from './agreement.ts'
import { type Dice, diceOf } from './dice.ts'
import { type PlainDocument, printDocument } from './plain-document.ts'
import { randomHeader } from './random-header.ts'
import { randomPacket, stockOf } from './random-packet.ts'
import { randomHostFacts, randomPolicy } from './random-policy.ts'

export interface PairCheck {
  readonly changes: number
  readonly packets: number
  /** What is wrong, in words; undefined when all agree. */
  readonly dispute: string | undefined
}

export function checkPair(seed: string): PairCheck {
  const dice = diceOf(seed)
  const documents = randomPolicy(dice)
  const others = randomPolicy(dice)
  const [base, head] = [documents, edited(dice, documents, others)].map(viewOf)
  if (base === undefined || head === undefined) return { changes: 0, packets: 0, dispute: undefined }
  const check = new PairChecker(dice, { base, head })
  check.checkWays()
  const text = [...documents, ...others].map(printDocument).join('\n')
  check.checkRandomPackets(stockOf({ text, facts: randomHostFacts, view: dice.chance(0.5) ? base : head }))
  const dispute = check.dispute === undefined ? undefined : `seed ${seed}: ${check.dispute}`
  return { changes: check.changes.length, packets: check.packets, dispute }
}

/** As a commit does it: a few documents go, come, or become others of their kind; rarely everything. */
function edited(
  dice: Dice,
  documents: readonly PlainDocument[],
  others: readonly PlainDocument[],
): readonly PlainDocument[] {
  if (dice.chance(0.1)) return others
  const edits = 1 + dice.below(3)
  let result = [...documents]
  for (let count = 0; count < edits; count++) {
    const target = dice.pick(result)
    const same = others.filter(({ kind }) => kind === target.kind)
    const found = same.find(({ metadata }) => metadata.name === target.metadata.name) ?? same[0]
    const policy = /Policy/.test(target.kind)
    if (dice.chance(0.3) && target.kind !== 'Tier' && target.kind !== 'Profile')
      result = result.filter((one) => one !== target)
    else if (policy && dice.chance(0.4))
      result = result.map((one) =>
        one === target ? { ...one, spec: { ...one.spec, order: dice.pick([-9, 0, 5, 50]) } } : one,
      )
    else if (found !== undefined && !policy)
      result = result.map((one) =>
        one === target ? { ...found, metadata: { ...found.metadata, name: target.metadata.name ?? '' } } : one,
      )
    else if (found !== undefined) {
      const { tier: _, ...spec } = found.spec
      const tier = target.spec.tier === undefined ? {} : { tier: target.spec.tier }
      result = result.map((one) => (one === target ? { ...target, spec: { ...spec, ...tier } } : one))
    }
    if (result.length === 0) return documents
  }
  return result
}

/** Undefined for an edit that makes no valid policy. */
function viewOf(documents: readonly PlainDocument[]): HostView | undefined {
  const compiled = compileDocuments(documents, { facts: randomHostFacts, failsafes: 'minimal' })
  return typeof compiled === 'string' ? undefined : compiled.view
}

interface Way {
  readonly from: Spot | undefined
  readonly to: Spot | undefined
  readonly isRewritten: boolean
}

class PairChecker {
  readonly changes: readonly AccessChange[]
  packets = 0
  dispute: string | undefined = undefined
  private readonly sets = new PacketSets()
  private readonly dice: Dice
  private readonly views: { readonly base: HostView; readonly head: HostView }
  private readonly spots: readonly Spot[]

  constructor(dice: Dice, views: { readonly base: HostView; readonly head: HostView }) {
    this.dice = dice
    this.views = views
    this.spots = spotsOf(views.base, views.head)
    const host = (view: HostView) => new HostAccess(new RevisionAccess(this.sets), view)
    this.changes = compareHost(this.sets, { base: host(views.base), head: host(views.head) })
  }

  checkWays(): void {
    const inner = this.spots.filter(({ interfaceName }) => interfaceName !== 'lo')
    const ways = [
      ...this.spots.map((from) => ({ from, to: undefined })),
      ...this.spots.map((to) => ({ from: undefined, to })),
      ...inner.flatMap((from) => inner.map((to) => ({ from, to }))),
    ]
    for (const ends of ways)
      for (const isRewritten of [false, true]) {
        const way = { ...ends, isRewritten }
        const gained = this.reported(way, 'gains')
        const lost = this.reported(way, 'loses')
        this.checkRegion(way, gained, 'gains')
        this.checkRegion(way, lost, 'loses')
        this.checkRegion(way, this.sets.complement(this.sets.union(gained, lost)), 'same')
      }
  }

  /** Those that rules are aimed at. */
  checkRandomPackets(stock: ReturnType<typeof stockOf>): void {
    for (let count = 0; count < 100; count++) {
      const { iif, oif, ...header } = randomPacket(this.dice, stock)
      const way = { from: this.spotOf(iif), to: this.spotOf(oif), isRewritten: header.original !== undefined }
      if (way.from?.interfaceName === 'lo' && way.to !== undefined) continue
      const one = setOfPacket(this.sets, header)
      const isIn = (effect: 'gains' | 'loses') => this.sets.contains(this.reported(way, effect), one)
      this.checkPacket(way, header, isIn('gains') ? 'gains' : isIn('loses') ? 'loses' : 'same')
    }
  }

  private spotOf(name: string | undefined): Spot | undefined {
    if (name === undefined) return undefined
    return this.spots.find(({ label }) => label === name) ?? this.unmentioned(name)
  }

  private unmentioned(name: string): Spot | undefined {
    const prefixes = [...this.views.base.settings.interfacePrefixes, ...this.views.head.settings.interfacePrefixes]
    const longest = prefixes.filter((prefix) => name.startsWith(prefix)).sort((a, b) => b.length - a.length)[0]
    return this.spots.find(
      ({ label }) => label === (longest === undefined ? 'other interfaces' : `other ${longest}* interfaces`),
    )
  }

  private reported(way: Way, effect: AccessChange['effect']): PacketSet {
    const { sets } = this
    const matching = this.changes.filter((change) => change.effect === effect && isOn(change, way))
    return sets.unionOf(
      matching.map(({ packets, isFromOwnAddresses }) => {
        const workload = way.from?.head.workload?.workload
        return isFromOwnAddresses && workload !== undefined
          ? sets.intersect(packets, ofOwnAddresses(sets, workload))
          : packets
      }),
    )
  }

  private checkRegion(way: Way, set: PacketSet, expected: 'gains' | 'loses' | 'same'): void {
    for (let count = 0; count < (expected === 'same' ? 2 : 4); count++) {
      const header = randomHeader(this.dice, this.sets, { set, isRewritten: way.isRewritten })
      if (header !== undefined) this.checkPacket(way, header, expected)
    }
  }

  private checkPacket({ from, to }: Way, header: PacketHeader, expected: 'gains' | 'loses' | 'same'): void {
    this.packets += 1
    const packet: Packet = { ...header, iif: from?.interfaceName, oif: to?.interfaceName, state: 'new' }
    const was = judge(this.views.base, packet).verdict
    const is = judge(this.views.head, packet).verdict
    const found = was === is ? 'same' : is === 'allow' ? 'gains' : 'loses'
    if (found !== expected) this.dispute ??= `reported ${expected}, is ${found}: ${printPacket(packet)}`
  }
}

function isOn({ way, rewriting }: AccessChange, { from, to, isRewritten }: Way): boolean {
  if (rewriting === (isRewritten ? 'only-unchanged' : 'only-rewritten')) return false
  const has = (labels: readonly string[], spot: Spot | undefined) => spot !== undefined && labels.includes(spot.label)
  switch (way.type) {
    case 'received':
      return to === undefined && has(way.on, from)
    case 'sent':
      return from === undefined && has(way.by, to)
    case 'forwarded':
      return has(way.from, from) && has(way.to, to)
  }
}
