/** The policies and profiles that decide about one endpoint, in evaluation order (behaviour.md 4.1). */

import type { Source, Span } from '../diagnostic/source.ts'
import type { HostEndpoint } from '../policy/host-endpoint.ts'
import type { EndpointView, PolicyList } from '../policy/host-view.ts'
import type { NetworkPolicy } from '../policy/network-policy.ts'
import { defaultAllowProfile, type Profile } from '../policy/profile.ts'
import { compareNames, type Labels } from '../policy/resource.ts'
import type { Direction, EntityRule, PolicyRule, RuleAction } from '../policy/rule.ts'
import { matchesSelector } from '../selector/match-selector.ts'

export interface ListInput {
  readonly endpoint: HostEndpoint
  /** Effective labels of the endpoint. */
  readonly labels: Labels
  readonly policies: readonly NetworkPolicy[]
  readonly profiles: ReadonlyMap<string, Profile>
}

export function policyLists(input: ListInput): { readonly ingress: PolicyList; readonly egress: PolicyList } {
  const applying = input.policies.filter((policy) => matchesSelector(policy.selector, input.labels)).sort(compareOrder)
  const profiles = input.endpoint.profiles.map((name) => input.profiles.get(name) ?? builtInProfile(name))
  return { ingress: listFor('ingress', applying, profiles), egress: listFor('egress', applying, profiles) }
}

/** Every rule that is looked at for the endpoint in one direction, in order. */
export function rulesOf(view: EndpointView, direction: Direction): readonly PolicyRule[] {
  const list = view[direction]
  const policies = list.tiers.flatMap((tier) => tier.policies)
  return [...policies, ...list.profiles].flatMap((resource) => resource[direction])
}

/** Lower order first, then the smaller name. */
function compareOrder(a: NetworkPolicy, b: NetworkPolicy): number {
  return a.order === b.order ? compareNames(a.name, b.name) : a.order - b.order
}

function listFor(direction: Direction, applying: readonly NetworkPolicy[], profiles: readonly Profile[]): PolicyList {
  const policies = applying.filter((policy) => policy.types.has(direction))
  const tiers = policies.length === 0 ? [] : [{ name: 'default', defaultAction: 'Deny' as const, policies }]
  return { tiers, profiles }
}

/** The profile that allows everything; for any other name that does not exist, one that denies everything (EV-40). */
function builtInProfile(name: string): Profile {
  const rule = ruleForAll(name === defaultAllowProfile ? 'Allow' : 'Deny')
  return { kind: 'Profile', name, labelsToApply: new Map(), ingress: [rule], egress: [rule], span: builtIn }
}

const builtInSource: Source = { path: '(built in)', text: '' }
const builtIn: Span = { source: builtInSource, start: 0, end: 0 }

const anyEntity: EntityRule = {
  nets: undefined,
  notNets: undefined,
  selector: undefined,
  notSelector: undefined,
  ports: undefined,
  notPorts: undefined,
}

function ruleForAll(action: RuleAction): PolicyRule {
  const nothing = {
    ipVersion: undefined,
    protocol: undefined,
    notProtocol: undefined,
    icmp: undefined,
    notIcmp: undefined,
  }
  return { action, ...nothing, source: anyEntity, destination: anyEntity, span: builtIn }
}
