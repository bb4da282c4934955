/** Policy tests and the view of one host -> which cases hold for all of their packets, and of those that do not one packet. */

import { invariant } from '../diagnostic/invariant.ts'
import type { HostFacts } from '../host/host-facts.ts'
import type { Address } from '../net/address.ts'
import type { Packet } from '../packet/packet.ts'
import type { FieldName } from '../packet-set/fields.ts'
import { memberOf, plainWish, type Wish } from '../packet-set/member.ts'
import type { PacketSet, PacketSets } from '../packet-set/packet-sets.ts'
import type { HostView } from '../policy/host-view.ts'
import type { PeerChoice, PolicyTest, TestCase } from '../policy/policy-test.ts'
import { CaseRegions, type TestPeers } from './case-region.ts'
import { describeExtent } from './describe-extent.ts'
import { HostAccess } from './host-access.ts'
import type { Path } from './path-walk.ts'
import { type Place, placeOf } from './places.ts'
import type { RevisionAccess } from './revision-access.ts'
import type { CaseJudgement, Remark } from './test-result.ts'

export interface TestedHost {
  readonly view: HostView
  readonly facts: HostFacts
  /** `derived`: from the endpoints alone, so that nobody knows which interface a nameless one governs. */
  readonly origin: 'read' | 'derived'
}

/** Of one revision: what its hosts have in common is worked out once. */
export class TestJudge {
  private readonly access: RevisionAccess
  private readonly sets: PacketSets
  private readonly regions: CaseRegions

  /** @param peers of every selector in the tests */
  constructor(access: RevisionAccess, peers: TestPeers) {
    this.access = access
    this.sets = access.sets
    this.regions = new CaseRegions(access.sets, peers)
  }

  /** In the order of the tests and their cases. */
  judge(host: TestedHost, tests: readonly PolicyTest[]): readonly CaseJudgement[] {
    const access = new HostAccess(this.access, host.view)
    return tests.flatMap((test) =>
      test.cases.map((one) => ({ test, case: one, node: host.view.node, ...this.judgeCase(one, host, access) })),
    )
  }

  private judgeCase(one: TestCase, host: TestedHost, access: HostAccess): Pick<CaseJudgement, 'finding' | 'remarks'> {
    const { packets, nobody } = this.regions.of(one)
    if (packets === this.sets.none)
      return vacuous([{ message: emptyCase(one, nobody.length), span: one.span, about: 'case' }])
    const remarks = nobody.map(nobodyThere)
    const path = pathOf(one, host.view)
    const unknown = whyUnknown(one, path, host)
    if (unknown !== undefined) return vacuous([...remarks, unknown])
    const wrong = this.sets.unionOf(
      access.rulings(path, packets).flatMap((ruling) => (ruling.verdict === one.expect ? [] : [ruling.packets])),
    )
    if (wrong !== this.sets.none) return { finding: this.failure(one, host, { wrong, packets }), remarks }
    const open = one.expect === 'allow' && isUnpoliced(path) ? [unpoliced(one)] : []
    return open.length > 0 ? vacuous([...remarks, ...open]) : { finding: { type: 'holds' }, remarks }
  }

  private failure(
    one: TestCase,
    host: TestedHost,
    { wrong, packets }: { readonly wrong: PacketSet; readonly packets: PacketSet },
  ): CaseJudgement['finding'] {
    const isRewritten = one.original !== undefined
    const header = memberOf(this.sets, { set: wrong, wish: wishFor(one, host), isRewritten })
    invariant(header !== undefined, 'a set of packets is not empty and has no packet')
    const packet: Packet = { ...header, iif: one.iif, oif: one.oif, state: one.state }
    return { type: 'fails', packet, extent: describeExtent(this.sets, wrong, packets) }
  }
}

const vacuous = (remarks: readonly Remark[]): Pick<CaseJudgement, 'finding' | 'remarks'> => ({
  finding: { type: 'vacuous' },
  remarks,
})

function pathOf({ iif, oif, state, original }: TestCase, view: HostView): Path {
  return {
    from: iif === undefined ? undefined : placeOf(view, iif),
    to: oif === undefined ? undefined : placeOf(view, oif),
    state,
    isRewritten: original !== undefined,
  }
}

const placesOn = ({ from, to }: Path): readonly Place[] => [from, to].filter((place) => place !== undefined)

function isUnpoliced(path: Path): boolean {
  return placesOn(path).every(({ endpoint, isWorkload }) => endpoint === undefined && !isWorkload)
}

function emptyCase({ state, icmpTypes }: TestCase, nobodies: number): string {
  const why =
    nobodies > 0
      ? 'nobody with an address has the labels that it selects'
      : state === 'invalid' && icmpTypes !== undefined
        ? 'connection tracking calls no neighbour discovery invalid'
        : 'its addresses are of two families'
  return `the case describes no packet: ${why}`
}

function nobodyThere({ span }: PeerChoice): Remark {
  return { message: 'nobody with an address has such labels, so this stands for nothing', span, about: 'case' }
}

function unpoliced({ iif, oif, span }: TestCase): Remark {
  const names = [iif, oif].filter((name) => name !== undefined).join(' or ')
  return { message: `no endpoint governs ${names}, where everything is allowed`, span, about: 'host' }
}

/** A nameless endpoint governs the interface that has its address, which only its host can tell. */
function whyUnknown({ span }: TestCase, path: Path, { view, origin }: TestedHost): Remark | undefined {
  const nameless = view.endpoints.find(({ endpoint }) => endpoint.interfaceName === undefined)
  const isSure = placesOn(path).every((place) => place.endpoint?.interfaces !== '*' && place.endpoint !== undefined)
  if (origin === 'read' || nameless === undefined || isSure) return undefined
  const { name } = nameless.endpoint
  const message = `which interface the endpoint "${name}" governs is known on the host alone: give --facts`
  return { message, span, about: 'host' }
}

/** As plain as the set allows, with an address of the host where the packet ends or starts on it, or of the workload that sends it. */
function wishFor({ iif, oif }: TestCase, { facts, view }: TestedHost): Wish {
  const onHost = (name: string | undefined): readonly Address[] =>
    facts.interfaces.find((link) => link.name === name)?.addresses.map(({ address }) => address) ?? []
  const senders =
    iif === undefined
      ? onHost(oif)
      : (view.workloads.find(({ workload }) => workload.interfaceName === iif)?.workload.addresses ?? [])
  const known: Partial<Record<FieldName, readonly Address[]>> = {
    source: senders,
    destination: oif === undefined ? onHost(iif) : [],
  }
  return (field, family) =>
    known[field]?.find((address) => address.family === family)?.value ?? plainWish(field, family)
}
