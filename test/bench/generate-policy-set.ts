/** A fleet as the policy set of one revision, without files: the same numbers give the same set. */

import { readAddress } from '../../src/net/address.ts'
import { type Cidr, networkOf } from '../../src/net/cidr.ts'
import { tcp } from '../../src/net/protocol.ts'
import type { EndpointPort } from '../../src/policy/endpoint-port.ts'
import { anybody } from '../../src/policy/expiry.ts'
import type { HostEndpoint } from '../../src/policy/host-endpoint.ts'
import type { NetworkPolicy } from '../../src/policy/network-policy.ts'
import type { NetworkSet } from '../../src/policy/network-set.ts'
import type { PolicySet } from '../../src/policy/policy-set.ts'
import type { Profile } from '../../src/policy/profile.ts'
import { compareNames, namespaceLabel } from '../../src/policy/resource.ts'
import type { Direction, PolicyRule } from '../../src/policy/rule.ts'
import { implicitDefaultTier, type Tier } from '../../src/policy/tier.ts'
import type { WorkloadEndpoint } from '../../src/policy/workload-endpoint.ts'
import { type Dice, diceOf } from '../fakes/dice.ts'
import { namespaces, portNames, randomLabels, randomPeers, randomTarget, sites } from './fleet-words.ts'

export interface PolicySetSettings {
  /** On other hosts. */
  readonly endpoints: number
  readonly policies: number
  /** Host endpoints and workloads of the host `local`. */
  readonly local: number
  readonly networkSets: number
}

export const localNode = 'local'

/** One endpoint in five is a workload, of the local ones nine in ten. */
export function generatePolicySet(settings: PolicySetSettings): PolicySet {
  const dice = diceOf('fleet')
  const remote = times(settings.endpoints, (index) => place(index, `node-${index}`))
  const local = times(settings.local, (index) => place(settings.endpoints + index, localNode))
  const isWorkload = ({ node, index }: Place): boolean => index % 5 === 0 || (node === localNode && index % 10 !== 1)
  const places = [...remote, ...local]
  return {
    hostEndpoints: sorted(places.filter((one) => !isWorkload(one)).map((one) => hostEndpoint(one, dice))),
    workloadEndpoints: sorted(places.filter(isWorkload).map((one) => workload(one, dice))),
    tiers: [...tiers, implicitDefaultTier],
    policies: sorted(times(settings.policies, (index) => policy(index, dice))),
    stagedPolicies: [],
    networkSets: sorted(times(settings.networkSets, (index) => networkSet(index, dice))),
    profiles: sorted(sites.map(profile)),
    configurations: [],
    tests: [],
    silences: [],
  }
}

interface Place {
  readonly index: number
  readonly node: string
}

const place = (index: number, node: string): Place => ({ index, node })
const span = { source: { path: 'fleet.yaml', text: '' }, start: 0, end: 0 }
const tiers: readonly Tier[] = ['audit', 'platform', 'security'].map((name, index) => ({
  kind: 'Tier',
  name,
  order: index,
  defaultAction: 'Pass',
  span,
}))

function hostEndpoint({ index, node }: Place, dice: Dice): HostEndpoint {
  return {
    kind: 'HostEndpoint',
    name: `${node}-eth${index}`,
    node,
    interfaceName: `eth${node === localNode ? index : 0}`,
    expectedIPs: index % 2 === 0 ? [ipv4(index)] : [ipv4(index), ipv6(index)],
    profiles: profilesOf(dice),
    labels: randomLabels(dice),
    ports: portsOf(dice),
    span,
  }
}

function workload({ index, node }: Place, dice: Dice): WorkloadEndpoint {
  const namespace = dice.pick(namespaces)
  return {
    kind: 'WorkloadEndpoint',
    name: `${node}-pod-${index}`,
    namespace,
    node,
    interfaceName: `cali${index}`,
    addresses: [ipv4(index)],
    profiles: profilesOf(dice),
    labels: randomLabels(dice).set(namespaceLabel, namespace),
    ports: portsOf(dice),
    span,
  }
}

/** Half of the endpoints inherit a label. */
function profilesOf(dice: Dice): readonly string[] {
  return dice.chance(0.5) ? ['projectcalico-default-allow'] : [`of-${dice.pick(sites)}`]
}

function portsOf(dice: Dice): readonly EndpointPort[] {
  return dice.chance(0.7) ? [] : dice.some(portNames, 2).map((name) => ({ name, protocol: tcp, port: 8000 }))
}

function profile(site: string): Profile {
  const allow = rule({ action: 'Allow' })
  const labelsToApply = new Map([['of', site]])
  return { kind: 'Profile', name: `of-${site}`, labelsToApply, ingress: [], egress: [allow], span }
}

/** Most have a few networks, one in a hundred thousands of them. */
function networkSet(index: number, dice: Dice): NetworkSet {
  const count = index % 100 === 99 ? 5_000 : 1 + dice.below(40)
  const labels = new Map([
    ['purpose', `purpose-${dice.below(300)}`],
    ['region', dice.pick(['north', 'south', 'east', 'west'])],
  ])
  const nets = times(
    count,
    (at): Cidr => networkOf(known(`172.${16 + ((index + (at >> 8)) % 16)}.${at % 256}.0`), 20 + (at % 12)),
  )
  return { kind: 'GlobalNetworkSet', name: `set-${index}`, namespace: undefined, labels, nets, span }
}

function policy(index: number, dice: Dice): NetworkPolicy {
  const types = dice.chance(0.7) ? (['ingress'] as const) : (['ingress', 'egress'] as const)
  const rulesIn = (direction: Direction): readonly PolicyRule[] =>
    types.some((type) => type === direction) ? times(1 + dice.below(4), () => randomRule(direction, dice)) : []
  return {
    kind: 'GlobalNetworkPolicy',
    name: `policy-${index}`,
    namespace: undefined,
    tier: dice.pick(['audit', 'platform', 'security', 'default', 'default', 'default']),
    order: dice.chance(0.1) ? Number.POSITIVE_INFINITY : dice.below(1_000),
    selector: randomTarget(dice),
    types: new Set(types),
    ingress: rulesIn('ingress'),
    egress: rulesIn('egress'),
    applyOnForward: dice.chance(0.1),
    preDNAT: false,
    doNotTrack: false,
    annotations: new Map(),
    span,
  }
}

function randomRule(direction: Direction, dice: Dice): PolicyRule {
  const side = direction === 'ingress' ? 'source' : 'destination'
  const peer = { ...anybody, selector: randomPeers(dice) }
  const port = 1024 + dice.below(8000)
  const byName = dice.chance(0.02)
  const ports = byName ? { namedPorts: [dice.pick(portNames)] } : { ports: [{ from: port, to: port }] }
  const rest = direction === 'ingress' ? { destination: { ...anybody, ...ports } } : {}
  return rule({ action: dice.chance(0.9) ? 'Allow' : 'Deny', [side]: peer, ...rest })
}

function rule(asked: Partial<PolicyRule> & Pick<PolicyRule, 'action'>): PolicyRule {
  return {
    ipVersion: undefined,
    protocol: tcp,
    notProtocol: undefined,
    icmp: undefined,
    notIcmp: undefined,
    source: anybody,
    destination: anybody,
    expires: undefined,
    annotations: new Map(),
    span,
    ...asked,
  }
}

export function ipv4(index: number) {
  return known(`10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`)
}

function ipv6(index: number) {
  return known(`2001:db8:${(index >> 16).toString(16)}::${(index & 0xffff).toString(16)}`)
}

function known(text: string) {
  const address = readAddress(text)
  if (address === undefined) throw new Error(`not an address: ${text}`)
  return address
}

function sorted<T extends { readonly name: string }>(resources: readonly T[]): readonly T[] {
  return [...resources].sort((a, b) => compareNames(a.name, b.name))
}

function times<T>(count: number, make: (index: number) => T): readonly T[] {
  return Array.from({ length: count }, (_, index) => make(index))
}
