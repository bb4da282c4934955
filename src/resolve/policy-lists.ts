/** The policies and profiles that decide about one endpoint, in evaluation order (behaviour.md 4.1). */

import type { Source, Span } from '../diagnostic/source.ts'
import { anybody } from '../policy/expiry.ts'
import type { DirectedLists, EndpointLists, PolicyList } from '../policy/host-view.ts'
import type { NetworkPolicy } from '../policy/network-policy.ts'
import { defaultAllowProfile, type Profile } from '../policy/profile.ts'
import { compareNames, type Labels } from '../policy/resource.ts'
import type { Direction, PolicyRule, RuleAction } from '../policy/rule.ts'
import type { Tier } from '../policy/tier.ts'
import { matchesSelector } from '../selector/match-selector.ts'

export interface ListInput {
  readonly endpoint: { readonly profiles: readonly string[] }
  /** Effective labels of the endpoint. */
  readonly labels: Labels
  readonly policies: readonly NetworkPolicy[]
  readonly tiers: readonly Tier[]
  readonly profiles: ReadonlyMap<string, Profile>
}

export function hostEndpointLists(input: ListInput): EndpointLists {
  return hostEndpointListsOf(applyingPolicies(input), input)
}

export type ListFrame = Omit<ListInput, 'labels' | 'policies'>

/** @param applying in evaluation order */
export function hostEndpointListsOf(applying: readonly NetworkPolicy[], input: ListFrame): EndpointLists {
  const untracked = applying.filter((policy) => policy.doNotTrack)
  const preDnat = applying.filter((policy) => policy.preDNAT && !policy.doNotTrack)
  const normal = applying.filter(isNormal)
  const undecided = { tiers: alwaysPassing(input.tiers), profiles: [] }
  const noEgress = { tiers: [], profiles: [] }
  return {
    untracked: directed(untracked, undecided),
    preDnat: { ...directed(preDnat, undecided), egress: noEgress },
    normal: directed(normal, { tiers: input.tiers, profiles: profilesOf(input) }),
    forward: directed(
      normal.filter((policy) => policy.applyOnForward),
      { tiers: input.tiers, profiles: [] },
    ),
  }
}

/**
 * Workloads meet normal policies alone (behaviour.md EV-6).
 * @param applying in evaluation order
 */
export function workloadListsOf(applying: readonly NetworkPolicy[], input: ListFrame): DirectedLists {
  return directed(applying.filter(isNormal), { tiers: input.tiers, profiles: profilesOf(input) })
}

/** Every rule that is looked at in a list. */
export function rulesOf(list: PolicyList, direction: Direction): readonly PolicyRule[] {
  const policies = list.tiers.flatMap((tier) => tier.policies)
  return [...policies, ...list.profiles].flatMap((resource) => resource[direction])
}

/** Those that select the endpoint, in evaluation order. */
export function applyingPolicies({
  policies,
  labels,
}: Pick<ListInput, 'policies' | 'labels'>): readonly NetworkPolicy[] {
  return inOrder(policies.filter((policy) => matchesSelector(policy.selector, labels)))
}

/** Lower order first, then by name, namespace and kind (deviation DV-11). */
export function inOrder(policies: readonly NetworkPolicy[]): readonly NetworkPolicy[] {
  return [...policies].sort(comparePolicies)
}

function isNormal(policy: NetworkPolicy): boolean {
  return !policy.doNotTrack && !policy.preDNAT
}

function comparePolicies(a: NetworkPolicy, b: NetworkPolicy): number {
  return (
    compareOrders(a.order, b.order) ||
    compareNames(a.name, b.name) ||
    compareNames(a.namespace ?? '', b.namespace ?? '') ||
    compareNames(a.kind, b.kind)
  )
}

/** Two infinite orders are equal. */
function compareOrders(a: number, b: number): number {
  return a === b ? 0 : a - b
}

function alwaysPassing(tiers: readonly Tier[]): readonly Tier[] {
  return tiers.map((tier) => ({ ...tier, defaultAction: 'Pass' }))
}

interface Frame {
  readonly tiers: readonly Tier[]
  readonly profiles: readonly Profile[]
}

function directed(policies: readonly NetworkPolicy[], frame: Frame): DirectedLists {
  return { ingress: listFor('ingress', policies, frame), egress: listFor('egress', policies, frame) }
}

/** @param policies in evaluation order */
function listFor(direction: Direction, policies: readonly NetworkPolicy[], frame: Frame): PolicyList {
  const own = policies.filter((policy) => policy.types.has(direction))
  const tiers = [...frame.tiers].sort((a, b) => compareOrders(a.order, b.order) || compareNames(a.name, b.name))
  return {
    tiers: tiers.flatMap(({ name, defaultAction }) => {
      const members = own.filter((policy) => policy.tier === name)
      return members.length === 0 ? [] : [{ name, defaultAction, policies: members }]
    }),
    profiles: frame.profiles,
  }
}

function profilesOf({ endpoint, profiles }: ListFrame): readonly Profile[] {
  return endpoint.profiles.map((name) => profiles.get(name) ?? builtInProfile(name))
}

/** The profile that allows everything; for any other name that does not exist, one that denies everything (EV-40). */
function builtInProfile(name: string): Profile {
  const rule = ruleForAll(name === defaultAllowProfile ? 'Allow' : 'Deny')
  return { kind: 'Profile', name, labelsToApply: new Map(), ingress: [rule], egress: [rule], span: builtIn }
}

const builtInSource: Source = { path: '(built in)', text: '' }
const builtIn: Span = { source: builtInSource, start: 0, end: 0 }

function ruleForAll(action: RuleAction): PolicyRule {
  return {
    action,
    ipVersion: undefined,
    protocol: undefined,
    notProtocol: undefined,
    icmp: undefined,
    notIcmp: undefined,
    source: anybody,
    destination: anybody,
    expires: undefined,
    annotations: new Map(),
    span: builtIn,
  }
}
