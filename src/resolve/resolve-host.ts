/** A revision and a host's facts -> what of the revision concerns the host. */

import type { Checked } from '../diagnostic/diagnostic.ts'
import type { FailsafePreset } from '../host/agent-configuration.ts'
import type { HostFacts } from '../host/host-facts.ts'
import { effectiveLabels } from '../policy/effective-labels.ts'
import type { EndpointView, HostView, PolicyList, WorkloadView } from '../policy/host-view.ts'
import type { NamedPortQuery } from '../policy/named-port-key.ts'
import type { PolicySet } from '../policy/policy-set.ts'
import type { Direction, EntityRule, PolicyRule } from '../policy/rule.ts'
import { assignInterfaces } from './endpoint-interfaces.ts'
import { excludedInterfaces, hostSettings } from './host-settings.ts'
import { ListCache } from './list-cache.ts'
import { localWorkloads } from './local-workloads.ts'
import { peerIndexOf } from './peer-index.ts'
import { applyingPolicies, hostEndpointLists, rulesOf } from './policy-lists.ts'
import { stagedViews } from './staged-views.ts'
import { findUnfilteredIpv6 } from './unfiltered-ipv6.ts'

export interface ResolveInput {
  readonly policySet: PolicySet
  readonly facts: HostFacts
  readonly failsafes: FailsafePreset
  /** TCP ports that the agent itself needs to reach its repository; part of the minimal failsafes. */
  readonly controlPorts: readonly number[]
}

/** Warnings for endpoints that govern nothing, IPv6 that nobody filters, staged policies that are too many. The same input in any order gives the same view. */
export function resolveHost(input: ResolveInput): Checked<HostView> {
  const { policySet, facts } = input
  const settings = hostSettings(input)
  const own = policySet.hostEndpoints.filter((endpoint) => endpoint.node === facts.node)
  const prefixes = settings.interfacePrefixes
  const assigned = assignInterfaces({ endpoints: own, facts, prefixes, excluded: excludedInterfaces(input) })
  const local = localWorkloads(policySet, facts.node, prefixes)
  const profiles = new Map(policySet.profiles.map((profile) => [profile.name, profile]))
  const { policies, tiers } = policySet
  const endpoints = assigned.value.governing.map(({ endpoint, interfaces }): EndpointView => {
    const labels = effectiveLabels(endpoint, profiles)
    return { endpoint, interfaces, lists: hostEndpointLists({ endpoint, labels, policies, tiers, profiles }) }
  })
  const cache = new ListCache({ tiers, profiles })
  const workloads = local.value.map((workload): WorkloadView => {
    const applying = applyingPolicies({ policies, labels: effectiveLabels(workload, profiles) })
    return { workload, lists: cache.workloadLists(applying, workload) }
  })
  const host = { node: facts.node, endpoints, workloads, policies, tiers, profiles }
  const staged = stagedViews(policySet.stagedPolicies, host)
  const rules = [
    ...new Set([
      ...endpoints.flatMap(endpointRules),
      ...workloads.flatMap(({ lists }) => directedRules(lists)),
      ...staged.value.flatMap(({ policy }) => [...policy.ingress, ...policy.egress]),
    ]),
  ]
  const index = peerIndexOf(policySet, profiles)
  return {
    value: {
      node: facts.node,
      endpoints,
      idleEndpoints: assigned.value.idle,
      workloads,
      staged: staged.value,
      peers: index.resolve(rules.flatMap(selectorsOf)),
      namedPorts: index.resolvePorts(rules.flatMap(portQueriesOf)),
      settings,
    },
    diagnostics: [...assigned.diagnostics, ...local.diagnostics, ...staged.diagnostics, ...findUnfilteredIpv6(input)],
  }
}

function endpointRules({ lists }: EndpointView): readonly PolicyRule[] {
  return [lists.untracked, lists.preDnat, lists.normal, lists.forward].flatMap(directedRules)
}

function directedRules(lists: Readonly<Record<Direction, PolicyList>>): readonly PolicyRule[] {
  return [...rulesOf(lists.ingress, 'ingress'), ...rulesOf(lists.egress, 'egress')]
}

function selectorsOf(rule: PolicyRule) {
  const { source, destination } = rule
  return [source.selector, source.notSelector, destination.selector, destination.notSelector].filter(
    (selector) => selector !== undefined,
  )
}

function portQueriesOf({ source, destination, protocol }: PolicyRule): readonly NamedPortQuery[] {
  return [source, destination].flatMap((entity: EntityRule) =>
    [entity.namedPorts, entity.notNamedPorts].flatMap((names) =>
      names === undefined ? [] : [{ names, protocol, selector: entity.selector }],
    ),
  )
}
