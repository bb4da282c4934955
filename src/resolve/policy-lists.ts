/** The policies and profiles that decide about one endpoint, in evaluation order (behaviour.md 4.1). */

import type { Source, Span } from '../diagnostic/source.ts'
import { anybody } from '../policy/expiry.ts'
import type { DirectedLists, EndpointLists, PolicyList } from '../policy/host-view.ts'
import type { NetworkPolicy } from '../policy/network-policy.ts'
import { defaultAllowProfile, type Profile } from '../policy/profile.ts'
import { compareNames } from '../policy/resource.ts'
import type { Direction, PolicyRule, RuleAction } from '../policy/rule.ts'
import type { Tier } from '../policy/tier.ts'

/** What the lists of all endpoints of a revision have in common. */
export interface ListFrame {
  /** In order. */
  readonly tiers: readonly Tier[]
  readonly profiles: ReadonlyMap<string, Profile>
}

export interface ListInput extends ListFrame {
  readonly endpoint: { readonly profiles: readonly string[] }
}

/** @param applying in evaluation order */
export function hostEndpointListsOf(applying: readonly NetworkPolicy[], input: ListInput): EndpointLists {
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
export function workloadListsOf(applying: readonly NetworkPolicy[], input: ListInput): DirectedLists {
  return directed(applying.filter(isNormal), { tiers: input.tiers, profiles: profilesOf(input) })
}

/** Every rule that is looked at in a list. */
export function rulesOf(list: PolicyList, direction: Direction): readonly PolicyRule[] {
  const policies = list.tiers.flatMap((tier) => tier.policies)
  return [...policies, ...list.profiles].flatMap((resource) => resource[direction])
}

/** Lower order first, then by name, namespace and kind (deviation DV-11). */
export function comparePolicies(a: NetworkPolicy, b: NetworkPolicy): number {
  return (
    compareOrders(a.order, b.order) ||
    compareNames(a.name, b.name) ||
    compareNames(a.namespace ?? '', b.namespace ?? '') ||
    compareNames(a.kind, b.kind)
  )
}

export function compareTiers(a: Tier, b: Tier): number {
  return compareOrders(a.order, b.order) || compareNames(a.name, b.name)
}

function isNormal(policy: NetworkPolicy): boolean {
  return !policy.doNotTrack && !policy.preDNAT
}

/** Two infinite orders are equal. */
function compareOrders(a: number, b: number): number {
  return a === b ? 0 : a - b
}

function alwaysPassing(tiers: readonly Tier[]): readonly Tier[] {
  return tiers.map((tier) => ({ ...tier, defaultAction: 'Pass' }))
}

interface Frame {
  /** In order. */
  readonly tiers: readonly Tier[]
  readonly profiles: readonly Profile[]
}

function directed(policies: readonly NetworkPolicy[], frame: Frame): DirectedLists {
  return { ingress: listFor('ingress', policies, frame), egress: listFor('egress', policies, frame) }
}

/** @param policies in evaluation order */
function listFor(direction: Direction, policies: readonly NetworkPolicy[], frame: Frame): PolicyList {
  const byTier = new Map(frame.tiers.map(({ name }): [string, NetworkPolicy[]] => [name, []]))
  for (const policy of policies) if (policy.types.has(direction)) byTier.get(policy.tier)?.push(policy)
  return {
    tiers: frame.tiers.flatMap(({ name, defaultAction }) => {
      const members = byTier.get(name) ?? []
      return members.length === 0 ? [] : [{ name, defaultAction, policies: members }]
    }),
    profiles: frame.profiles,
  }
}

function profilesOf({ endpoint, profiles }: ListInput): readonly Profile[] {
  return endpoint.profiles.map(
    (name) => profiles.get(name) ?? (name === defaultAllowProfile ? allowing : denying(name)),
  )
}

function builtInProfile(name: string, action: RuleAction): Profile {
  const rules = [ruleForAll(action)]
  return { kind: 'Profile', name, labelsToApply: new Map(), ingress: rules, egress: rules, span: builtIn }
}

/** In the place of a profile that does not exist (EV-40). */
function denying(name: string): Profile {
  return builtInProfile(name, 'Deny')
}

const builtInSource: Source = { path: '(built in)', text: '' }
const builtIn: Span = { source: builtInSource, start: 0, end: 0 }

/** Whether both are in the place of one profile that does not exist, or the same. */
export function isSameProfile(a: Profile | undefined, b: Profile): boolean {
  return a === b || (a?.span === builtIn && b.span === builtIn && a.name === b.name)
}

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

const allowing = builtInProfile(defaultAllowProfile, 'Allow')
