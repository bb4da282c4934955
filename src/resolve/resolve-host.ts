/** A revision and a host's facts -> what of the revision concerns the host. */

import type { Checked } from '../diagnostic/diagnostic.ts'
import type { FailsafePreset } from '../host/agent-configuration.ts'
import type { HostFacts } from '../host/host-facts.ts'
import { effectiveLabels } from '../policy/effective-labels.ts'
import type { EndpointView, HostView } from '../policy/host-view.ts'
import type { PolicySet } from '../policy/policy-set.ts'
import type { PolicyRule } from '../policy/rule.ts'
import { assignInterfaces } from './endpoint-interfaces.ts'
import { hostSettings } from './host-settings.ts'
import { PeerIndex } from './peer-index.ts'
import { policyLists, rulesOf } from './policy-lists.ts'

export interface ResolveInput {
  readonly policySet: PolicySet
  readonly facts: HostFacts
  readonly failsafes: FailsafePreset
  /** TCP ports that the agent itself needs to reach its repository; part of the minimal failsafes. */
  readonly controlPorts: readonly number[]
}

/** Warnings only: endpoints that govern nothing, and why. The same input in any order gives the same view. */
export function resolveHost(input: ResolveInput): Checked<HostView> {
  const { policySet, facts } = input
  const settings = hostSettings(input)
  const own = policySet.hostEndpoints.filter((endpoint) => endpoint.node === facts.node)
  const assigned = assignInterfaces({ endpoints: own, facts, prefixes: settings.interfacePrefixes })
  const profiles = new Map(policySet.profiles.map((profile) => [profile.name, profile]))
  const endpoints = assigned.value.governing.map(({ endpoint, interfaces }): EndpointView => {
    const lists = policyLists({
      endpoint,
      labels: effectiveLabels(endpoint, profiles),
      policies: policySet.policies,
      profiles,
    })
    return { endpoint, interfaces, ...lists }
  })
  const index = new PeerIndex(policySet, profiles)
  const rules = endpoints.flatMap((view) => [...rulesOf(view, 'ingress'), ...rulesOf(view, 'egress')])
  return {
    value: {
      node: facts.node,
      endpoints,
      idleEndpoints: assigned.value.idle,
      peers: index.resolve(rules.flatMap(selectorsOf)),
      settings,
    },
    diagnostics: assigned.diagnostics,
  }
}

function selectorsOf(rule: PolicyRule) {
  const { source, destination } = rule
  return [source.selector, source.notSelector, destination.selector, destination.notSelector].filter(
    (selector) => selector !== undefined,
  )
}
