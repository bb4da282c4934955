/** Changes as sets -> the difference in words that names what a reviewer knows: resources, hosts, networks. */

import { hostCidr } from '../net/cidr.ts'
import { printProtocol, tcp } from '../net/protocol.ts'
import type { Peers } from '../policy/host-view.ts'
import type { PolicySet } from '../policy/policy-set.ts'
import { compareNames } from '../policy/resource.ts'
import type { AccessChange } from './access-change.ts'
import type { AccessDifference, DifferenceNote, FlowDifference } from './access-difference.ts'
import { AddressNames, type NamedNetworks } from './address-names.ts'
import { type GroupedChange, type GroupedGovernance, printWay, type RevisionComparison } from './compare-revisions.ts'
import { HostNames } from './describe-hosts.ts'
import { describePackets } from './describe-packets.ts'
import { reasonOf } from './reason.ts'
import { revisionNotes } from './revision-notes.ts'

export interface ComparedRevisions {
  readonly base: PolicySet
  readonly head: PolicySet
  /** How many hosts were compared. */
  readonly hosts: number
}

/** The same revisions give the same difference, in the same order. */
export function describeDifference(comparison: RevisionComparison, revisions: ComparedRevisions): AccessDifference {
  const { base, head, hosts } = revisions
  const names = new AddressNames(namesIn(head, comparison.peers.head), namesIn(base, comparison.peers.base))
  const hostNames = new HostNames(hosts, [head.hostEndpoints, base.hostEndpoints])
  const flows = comparison.groupedChanges().map((change) => describeChange(change, { comparison, names, hostNames }))
  const governance = comparison.groupedGovernance().map((one) => noteOf(one, hostNames))
  return {
    hosts,
    flows: [...flows].sort(compareFlows),
    notes: [...governance, ...revisionNotes(base, head)].sort(compareNotes),
  }
}

interface Words {
  readonly comparison: RevisionComparison
  readonly names: AddressNames
  readonly hostNames: HostNames
}

function describeChange(change: GroupedChange, { comparison, names, hostNames }: Words): FlowDifference {
  const { effect, hosts, before, after } = change
  const [was, is] = effect === 'gains' ? (['deny', 'allow'] as const) : (['allow', 'deny'] as const)
  return {
    effect,
    hosts,
    hostsText: hostNames.describe(hosts),
    way: `${printWay(change.way)}${manner(change)}`,
    packets: describePackets(comparison.sets, change.packets, names),
    before: reasonOf(before, was),
    after: reasonOf(after, is),
    management: managementPorts(comparison, change),
  }
}

function manner({ rewriting, isFromOwnAddresses }: AccessChange): string {
  const own = isFromOwnAddresses ? ', with own addresses' : ''
  if (rewriting === 'any') return own
  return rewriting === 'only-rewritten' ? `${own}, rewritten by DNAT` : `${own}, not rewritten by DNAT`
}

function managementPorts({ sets, failsafes }: RevisionComparison, { way, packets }: AccessChange): readonly string[] {
  if (way.type !== 'received') return []
  const ports = new Map([['ssh', { protocol: tcp, port: 22 }], ...failsafes])
  const touched = [...ports.values()].filter(({ protocol, port }) => {
    const service = sets.intersect(sets.ofNumber('protocol', protocol), sets.ofNumber('destinationPort', port))
    return sets.intersect(service, packets) !== sets.none
  })
  const texts = touched.map(({ protocol, port }) => {
    const service = `${printProtocol(protocol).toLowerCase()} ${port}`
    return service === 'tcp 22' ? 'ssh (tcp 22)' : `failsafe ${service}`
  })
  return [...new Set(texts)].sort(compareNames)
}

/** Sets are named first: of names for the same addresses they say most. */
function namesIn(policySet: PolicySet, peers: ReadonlyMap<string, Peers>): readonly NamedNetworks[] {
  return [
    ...policySet.networkSets.map(
      ({ kind, namespace, name, nets }): NamedNetworks => ({
        type: 'set',
        name: kind === 'NetworkSet' ? `${namespace}/${name}` : name,
        networks: nets,
      }),
    ),
    ...[
      ...policySet.hostEndpoints.map(({ name, expectedIPs }) => ({ name, addresses: expectedIPs })),
      ...policySet.workloadEndpoints,
    ].map(({ name, addresses }): NamedNetworks => ({ type: 'endpoint', name, networks: addresses.map(hostCidr) })),
    ...[...peers]
      .sort(([a], [b]) => compareNames(a, b))
      .map(
        ([name, { networks }]): NamedNetworks => ({
          type: 'selector',
          name,
          networks: [...networks[4], ...networks[6]],
        }),
      ),
  ]
}

function noteOf({ type, subject, hosts }: GroupedGovernance, hostNames: HostNames): DifferenceNote {
  return { type, text: `${hostNames.describe(hosts)}: ${governanceWords[type](subject)}`, hosts, place: undefined }
}

const governanceWords: Readonly<Record<GroupedGovernance['type'], (subject: string) => string>> = {
  'host-appears': () => 'new here, from now on denies what no policy allows',
  'host-vanishes': () => 'no endpoint of it is left, nothing governs it any more',
  'becomes-default-deny': (subject) => `${subject} is governed now, and denies what no policy allows`,
  'becomes-unpoliced': (subject) => `${subject} is governed by nobody any more, and passes everything`,
  'invalid-state': (subject) => `packets that are invalid to connection tracking are ${subject} now`,
}

/** Those of most hosts first, then by host; gains before losses. */
function compareFlows(a: FlowDifference, b: FlowDifference): number {
  return (
    b.hosts.length - a.hosts.length ||
    compareNames(a.hosts.join(' '), b.hosts.join(' ')) ||
    compareNames(a.effect, b.effect) ||
    compareNames(a.way, b.way) ||
    compareNames(a.packets.join('\n'), b.packets.join('\n')) ||
    compareNames(a.after.text, b.after.text)
  )
}

const noteOrder: readonly DifferenceNote['type'][] = [
  'host-vanishes',
  'becomes-unpoliced',
  'host-appears',
  'becomes-default-deny',
  'invalid-state',
  'end-changes',
  'endpoint-moves',
  'selects-nothing',
]

function compareNotes(a: DifferenceNote, b: DifferenceNote): number {
  return noteOrder.indexOf(a.type) - noteOrder.indexOf(b.type) || compareNames(a.text, b.text)
}
