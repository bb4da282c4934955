/** Small revisions at random, in which selectors and labels often meet, and random edits of them. */

import type { HostFacts } from '../../src/host/host-facts.ts'
import { hostCidr } from '../../src/net/cidr.ts'
import { tcp, udp } from '../../src/net/protocol.ts'
import { readPolicy } from '../../src/pipeline.ts'
import type { FelixConfiguration } from '../../src/policy/felix-configuration.ts'
import type { HostEndpoint } from '../../src/policy/host-endpoint.ts'
import type { NetworkPolicy, PolicyContent } from '../../src/policy/network-policy.ts'
import type { NetworkSet } from '../../src/policy/network-set.ts'
import type { PolicySet } from '../../src/policy/policy-set.ts'
import type { Profile } from '../../src/policy/profile.ts'
import { compareNames } from '../../src/policy/resource.ts'
import type { Direction } from '../../src/policy/rule.ts'
import type { StagedPolicy } from '../../src/policy/staged-policy.ts'
import type { Tier } from '../../src/policy/tier.ts'
import type { WorkloadEndpoint } from '../../src/policy/workload-endpoint.ts'
import type { Dice } from '../fakes/dice.ts'
import { shuffled } from '../fakes/seeded-random.ts'
import { configuration as configurationDocument, filesOf } from '../kernel/packet-policies.ts'
import { address, addresses, labels, network, portNames, rules, selector, span } from './random-rules.ts'

export interface Revision {
  readonly policySet: PolicySet
  readonly facts: HostFacts
}

export function randomRevision(dice: Dice): Revision {
  const policySet: PolicySet = {
    hostEndpoints: some(dice, 6, hostEndpoint),
    workloadEndpoints: some(dice, 6, workload),
    tiers: some(dice, 3, tier),
    policies: some(dice, 8, networkPolicy),
    stagedPolicies: some(dice, 2, stagedPolicy),
    networkSets: some(dice, 4, networkSet),
    profiles: some(dice, 3, profile),
    configurations: some(dice, 1, configuration),
    tests: [],
    silences: [],
  }
  return { policySet, facts: facts(dice) }
}

/** Most edits change one resource; the objects of all others stay. */
export function edited({ policySet, facts: known }: Revision, dice: Dice): Revision {
  if (dice.chance(0.1)) return { policySet, facts: facts(dice) }
  const edits: readonly (() => Partial<PolicySet>)[] = [
    () => ({ hostEndpoints: editList(dice, policySet.hostEndpoints, hostEndpoint) }),
    () => ({ workloadEndpoints: editList(dice, policySet.workloadEndpoints, workload) }),
    () => ({ policies: editList(dice, policySet.policies, networkPolicy) }),
    () => ({ stagedPolicies: editList(dice, policySet.stagedPolicies, stagedPolicy) }),
    () => ({ networkSets: editList(dice, policySet.networkSets, networkSet) }),
    () => ({ profiles: editList(dice, policySet.profiles, profile) }),
    () => ({ tiers: editList(dice, policySet.tiers, tier) }),
    () => ({ configurations: editList(dice, policySet.configurations, configuration) }),
  ]
  const changes = dice.some(edits, 2).map((edit) => edit())
  return { policySet: Object.assign({}, policySet, ...changes), facts: known }
}

type Make<Item> = (dice: Dice, name: string) => Item

function some<Item>(dice: Dice, most: number, make: Make<Item>): readonly Item[] {
  const count = dice.below(most + 1)
  return Array.from({ length: count }, (_, index) => make(dice, `${names[index]}`))
}

const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j']

function editList<Item extends { readonly name: string }>(
  dice: Dice,
  list: readonly Item[],
  make: Make<Item>,
): readonly Item[] {
  const name = dice.pick(names)
  const others = list.filter((item) => item.name !== name)
  const known = list.find((item) => item.name === name)
  if (dice.chance(0.1)) return shuffled(list, () => dice.below(1000))
  // read again without a change: another object that says the same
  if (known !== undefined && dice.chance(0.1)) return inNameOrder([...others, { ...known }])
  if (known !== undefined && dice.chance(0.3)) return others
  // one field is another, all else stays
  const fresh = make(dice, name)
  const field = 'labels' in fresh && dice.chance(0.3) ? 'labels' : dice.pick(Object.keys(fresh))
  const changed =
    known === undefined
      ? fresh
      : { ...known, ...Object.fromEntries(Object.entries(fresh).filter(([key]) => key === field)) }
  return inNameOrder([...others, changed])
}

function inNameOrder<Item extends { readonly name: string }>(list: readonly Item[]): readonly Item[] {
  return [...list].sort((a, b) => compareNames(a.name, b.name))
}

const nodes = ['h1', 'h1', 'h2', 'h3']
const profileNames = ['a', 'b', 'c', 'projectcalico-default-allow', 'ghost']

function ports(dice: Dice) {
  if (dice.chance(0.5)) return []
  return dice.some(portNames, 2).map((name) => ({ name, protocol: dice.pick([tcp, udp]), port: dice.pick([80, 8080]) }))
}

function hostEndpoint(dice: Dice, name: string): HostEndpoint {
  return {
    kind: 'HostEndpoint',
    name,
    node: dice.pick(nodes),
    interfaceName: dice.chance(0.2) ? undefined : dice.pick(['eth0', 'eth1', '*']),
    expectedIPs: addresses(dice),
    profiles: dice.chance(0.3) ? [] : dice.some(profileNames, 2),
    labels: labels(dice),
    ports: ports(dice),
    span,
  }
}

function workload(dice: Dice, name: string): WorkloadEndpoint {
  return {
    kind: 'WorkloadEndpoint',
    name,
    namespace: dice.pick(['n', 'm']),
    node: dice.pick(nodes),
    interfaceName: `cali${dice.below(4)}`,
    addresses: [address(dice)],
    profiles: dice.chance(0.3) ? [] : dice.some(profileNames, 2),
    labels: labels(dice),
    ports: ports(dice),
    span,
  }
}

function networkSet(dice: Dice, name: string): NetworkSet {
  const nets = Array.from({ length: dice.below(4) }, () => network(dice))
  return { kind: 'GlobalNetworkSet', name, namespace: undefined, labels: labels(dice), nets, span }
}

function tier(dice: Dice, name: string): Tier {
  return { kind: 'Tier', name, order: dice.below(3), defaultAction: dice.pick(['Deny', 'Pass']), span }
}

function profile(dice: Dice, name: string): Profile {
  const labelsToApply = dice.chance(0.5) ? labels(dice) : new Map<string, string>()
  return { kind: 'Profile', name, labelsToApply, ingress: rules(dice), egress: rules(dice), span }
}

const [unset] = readPolicy(filesOf({ documents: [configurationDocument({})] })).value.configurations

function configuration(dice: Dice, _name: string): FelixConfiguration {
  if (unset === undefined) throw new Error('a configuration that sets nothing is valid')
  const name = dice.pick(['default', 'node.h1'])
  return { ...unset, name, interfacePrefixes: dice.chance(0.5) ? ['cali'] : ['cali0', 'cali1'] }
}

function networkPolicy(dice: Dice, name: string): NetworkPolicy {
  return { ...content(dice, name), kind: dice.pick(['GlobalNetworkPolicy', 'NetworkPolicy']) }
}

function stagedPolicy(dice: Dice, name: string): StagedPolicy {
  const kind = dice.pick(['StagedGlobalNetworkPolicy', 'StagedNetworkPolicy'] as const)
  return { ...content(dice, name), kind, stagedAction: dice.chance(0.7) ? 'Set' : 'Delete' }
}

function content(dice: Dice, name: string): Omit<PolicyContent, 'kind'> {
  return {
    name,
    namespace: dice.chance(0.5) ? undefined : 'n',
    tier: dice.pick(['a', 'b', 'c']),
    order: dice.pick([1, 2, Number.POSITIVE_INFINITY]),
    selector: selector(dice),
    types: new Set(dice.some<Direction>(['ingress', 'egress'], 2)),
    ingress: rules(dice),
    egress: rules(dice),
    applyOnForward: dice.chance(0.3),
    preDNAT: dice.chance(0.1),
    doNotTrack: dice.chance(0.1),
    annotations: new Map(),
    span,
  }
}

function facts(dice: Dice): HostFacts {
  const interfaces = dice.some(['cali0', 'eth0', 'eth1'], 3).map((name) => ({
    name,
    addresses: addresses(dice).map((one) => ({ address: one, network: hostCidr(one) })),
    up: true,
    master: undefined,
  }))
  return { node: 'h1', interfaces }
}
