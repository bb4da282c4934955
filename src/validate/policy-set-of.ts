/** Sorts resources into the policy of a revision. */

import type { PolicySet } from '../policy/policy-set.ts'
import { compareNames } from '../policy/resource.ts'
import type { PolicyResource } from './read-resource.ts'

/** Each list in name order; of several with one name the first counts. */
export function policySetOf(resources: readonly PolicyResource[]): PolicySet {
  const unique = new Map<string, PolicyResource>()
  for (const resource of resources) {
    const identity = `${resource.kind}/${resource.name}`
    if (!unique.has(identity)) unique.set(identity, resource)
  }
  const sorted = [...unique.values()].sort((a, b) => compareNames(a.name, b.name))
  return {
    hostEndpoints: sorted.flatMap((resource) => (resource.kind === 'HostEndpoint' ? [resource] : [])),
    policies: sorted.flatMap((resource) => (resource.kind === 'GlobalNetworkPolicy' ? [resource] : [])),
    networkSets: sorted.flatMap((resource) => (resource.kind === 'GlobalNetworkSet' ? [resource] : [])),
    profiles: sorted.flatMap((resource) => (resource.kind === 'Profile' ? [resource] : [])),
    configurations: sorted.flatMap((resource) => (resource.kind === 'FelixConfiguration' ? [resource] : [])),
  }
}
