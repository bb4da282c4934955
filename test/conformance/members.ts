/** ipset.json and named_ports.json: which networks and ports selectors and names stand for. */

import { printAddress } from '../../src/net/address.ts'
import { cidrInterval, readCidr } from '../../src/net/cidr.ts'
import { type Family, families } from '../../src/net/family.ts'
import { mergeIntervals } from '../../src/net/interval.ts'
import { printProtocol, readProtocol } from '../../src/net/protocol.ts'
import type { HostView } from '../../src/policy/host-view.ts'
import { namedPortKey } from '../../src/policy/named-port-key.ts'
import { printSelector } from '../../src/selector/print-selector.ts'
import { readSelector } from '../../src/selector/read-selector.ts'
import type { Selector } from '../../src/selector/selector.ts'
import { askHost, interfacesFor, type ToldResource } from './ask-host.ts'
import { type Fact, type Resource, readFacts } from './corpus.ts'
import { compare, type Judgement, type Outcome, outOfScope } from './judgement.ts'
import { judgeRulePackets } from './rule-packets.ts'

interface ToldSet {
  readonly selector: string
  readonly namedPort?: string
  readonly protocol?: string
}

interface MemberFact extends Fact {
  readonly resources: readonly ToldResource[]
  readonly localNode: string
  readonly selector: string
  readonly members: readonly string[]
  readonly endpoints: readonly {
    readonly id: string
    readonly labels: object
    readonly cidrs: readonly string[]
    readonly ports: readonly object[]
    readonly profiles: readonly string[]
  }[]
  readonly profiles: readonly { readonly name: string; readonly labels: object }[]
  readonly sets: readonly (ToldSet & { readonly id: string })[]
  readonly expect: unknown
}

export function judgeMembers(file: string): readonly Judgement[] {
  const facts = readFacts<MemberFact>(file).filter(({ kind }) => kind !== 'packet-match')
  return [...facts.map((fact) => ({ id: fact.id, outcome: judge(fact) })), ...judgeRulePackets(file)]
}

function judge(fact: MemberFact): Outcome {
  switch (fact.kind) {
    case 'index-state':
      return judgeIndex(fact)
    case 'membership':
      return judgeMembership(fact)
    case 'resource-state':
      return judgeState(fact)
    case 'sequence':
    case 'match-events':
      return outOfScope('a step from state to state: every view is computed anew')
    case 'overlap':
    case 'overlap-mode':
      return outOfScope('how ipsets are changed where networks contain one another')
    case 'match-formula':
      return outOfScope('a formula in words: its packets are facts of their own')
    case 'rule-sets':
      return outOfScope('which sets upstream makes of a rule: the packets that match are facts of their own')
    case 'member-form':
      return outOfScope('how members are written for ipset')
    default:
      return outOfScope('prose')
  }
}

function judgeIndex({ endpoints, profiles, sets, expect }: MemberFact): Outcome {
  const hosts = endpoints.map(({ id, labels, cidrs, ports, profiles: names }): Resource => {
    const expectedIPs = cidrs.map((cidr) => cidr.replace(/\/(32|128)$/, ''))
    const spec = { node: 'other', interfaceName: 'eth0', expectedIPs, ports, profiles: names }
    return { kind: 'HostEndpoint', metadata: { name: id, labels }, spec }
  })
  const parents = profiles.map(({ name, labels }): Resource => {
    return { kind: 'Profile', metadata: { name }, spec: { labelsToApply: labels } }
  })
  const { view, refused } = askAbout(sets, [...hosts, ...parents])
  const found = sets.map((set) => [set.id, membersOf(view, set)])
  const wanted = sets.map((set) => [set.id, normal((expect as Record<string, readonly string[]>)[set.id] ?? [])])
  return refused.length > 0 ? { type: 'disagrees', detail: refused.join(' | ') } : compare(found, wanted)
}

function judgeMembership({ resources, selector, members }: MemberFact): Outcome {
  if (resources.some((resource) => 'profiles' in resource))
    return outOfScope('profiles of a network set: a form upstream has inside only')
  const nameless = resources.map(withInterface)
  const { view, refused } = askAbout([{ selector }], nameless)
  if (refused.length > 0) return { type: 'disagrees', detail: refused.join(' | ') }
  return compare(membersOf(view, { selector }), normal(members))
}

/** An endpoint with neither interface nor address is refused; the corpus leaves both out where they do not matter. */
function withInterface(resource: ToldResource): ToldResource {
  if ('id' in resource || resource.kind !== 'HostEndpoint') return resource
  return { ...resource, spec: { interfaceName: 'eth0', ...resource.spec } }
}

/** A policy that uses each of the sets, on an endpoint without addresses. */
function askAbout(sets: readonly ToldSet[], resources: readonly ToldResource[]) {
  const ingress = sets.map(({ selector, namedPort, protocol }) =>
    namedPort === undefined
      ? { action: 'Allow', source: { selector } }
      : { action: 'Allow', protocol, source: { selector, ports: [namedPort] } },
  )
  const asker: readonly Resource[] = [
    {
      kind: 'HostEndpoint',
      metadata: { name: 'asker', labels: { asker: '' } },
      spec: { node: 'asker', interfaceName: 'eth0' },
    },
    {
      kind: 'GlobalNetworkPolicy',
      metadata: { name: 'asked' },
      spec: { selector: 'has(asker)', types: ['Ingress'], ingress },
    },
  ]
  return askHost({ resources: [...resources, ...asker], node: 'asker', interfaces: { eth0: [] } })
}

function judgeState({ resources, localNode, expect }: MemberFact): Outcome {
  const isForNobody = !resources.some(({ kind }) => kind === 'HostEndpoint' || kind === 'WorkloadEndpoint')
  if (isForNobody && JSON.stringify(resources).includes('performanceHints'))
    return outOfScope('a hint to keep sets that no endpoint needs')
  const { sets } = expect as { readonly sets: readonly (ToldSet & { readonly members: readonly string[] })[] }
  const asked = { resources, node: localNode, interfaces: interfacesFor(resources, localNode) }
  const { view } = askHost(asked)
  const found = sets.map((set) => [set.selector, set.namedPort, membersOf(view, set)])
  const wanted = sets.map((set) => [set.selector, set.namedPort, normal(set.members)])
  const outcome = compare(found, wanted)
  if (outcome.type !== 'passed') return outcome
  // a side with a name of a port is asked by its selector too: the same addresses once more
  const beside = new Set(
    sets.flatMap((set) => (set.namedPort === undefined ? [] : printSelector(selectorOf(set.selector)))),
  )
  const expected = new Set(
    sets.flatMap((set) => (set.namedPort === undefined ? printSelector(selectorOf(set.selector)) : [])),
  )
  const extra = [...view.peers.keys()].filter((selector) => !expected.has(selector) && !beside.has(selector))
  return compare(extra, [])
}

function membersOf(view: HostView, { selector: text, namedPort, protocol }: ToldSet): readonly string[] | string {
  const selector = selectorOf(text)
  if (namedPort === undefined) {
    const peers = view.peers.get(printSelector(selector))
    if (peers === undefined) return 'no set'
    return families.flatMap((family) => rangesOf(peers.networks[family].map(cidrInterval), family))
  }
  const number = readProtocol(protocol ?? '')
  const everywhere = namedPortKey({ names: [namedPort], protocol: number, selector: undefined })
  const ports =
    view.namedPorts.get(namedPortKey({ names: [namedPort], protocol: number, selector })) ??
    (printSelector(selector) === 'all()' ? view.namedPorts.get(everywhere) : undefined)
  if (ports === undefined) return 'no set'
  return ports.members
    .map((one) => `${printAddress(one.address)},${printProtocol(one.protocol).toLowerCase()}:${one.port}`)
    .sort()
}

function selectorOf(text: string): Selector {
  const reading = readSelector(text)
  if (reading.type === 'fault') throw new Error(`${text}: ${reading.message}`)
  return reading.selector
}

/** Networks as merged ranges, because what they cover counts and not how it is cut; ports as they are, in order. */
function normal(members: readonly string[]): readonly string[] {
  if (members.some((member) => member.includes(','))) return [...members].sort()
  const cidrs = members.flatMap((member) => {
    const reading = readCidr(member)
    return reading.type === 'cidr' ? [reading.cidr] : []
  })
  return families.flatMap((family) => {
    const own = cidrs.filter((cidr) => cidr.family === family)
    return rangesOf(own.map(cidrInterval), family)
  })
}

function rangesOf(
  intervals: readonly { readonly from: bigint; readonly to: bigint }[],
  family: Family,
): readonly string[] {
  return mergeIntervals(intervals).map(
    ({ from, to }) => `${printAddress({ family, value: from })}-${printAddress({ family, value: to })}`,
  )
}
