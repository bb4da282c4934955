/** Sorts resources into the policy of a revision. */

import type { NetworkSet } from '../policy/network-set.ts'
import type { PolicySet } from '../policy/policy-set.ts'
import type { Profile } from '../policy/profile.ts'
import { compareNames } from '../policy/resource.ts'
import type { Silence } from '../policy/silence.ts'
import { defaultTierName, implicitDefaultTier } from '../policy/tier.ts'
import type { PolicyResource } from './read-resource.ts'

/** Each list in name order; of several with one name the first counts. */
export function policySetOf(resources: readonly PolicyResource[], silences: readonly Silence[]): PolicySet {
  const unique = new Map<string, PolicyResource>()
  for (const resource of resources) {
    const identity = [resource.kind, namespaceOf(resource), resource.name].join('/')
    if (!unique.has(identity)) unique.set(identity, resource)
  }
  const sorted = [...unique.values()].sort(
    (a, b) => compareNames(a.name, b.name) || compareNames(namespaceOf(a), namespaceOf(b)),
  )
  const of = <Kind extends PolicyResource['kind']>(...kinds: readonly Kind[]) => sorted.filter(isOf(kinds))
  const tiers = of('Tier')
  const hasDefault = tiers.some(({ name }) => name === defaultTierName)
  const profiles = of('Profile')
  return {
    hostEndpoints: of('HostEndpoint'),
    workloadEndpoints: of('WorkloadEndpoint'),
    tiers: hasDefault ? tiers : [...tiers, implicitDefaultTier].sort((a, b) => compareNames(a.name, b.name)),
    policies: of('GlobalNetworkPolicy', 'NetworkPolicy'),
    stagedPolicies: of('StagedGlobalNetworkPolicy', 'StagedNetworkPolicy'),
    networkSets: of('GlobalNetworkSet', 'NetworkSet').map((set) => inheritLabels(set, profiles)),
    profiles,
    configurations: of('FelixConfiguration'),
    tests: of('PolicyTest'),
    silences,
  }
}

function isOf<Kind extends PolicyResource['kind']>(kinds: readonly Kind[]) {
  return (resource: PolicyResource): resource is Extract<PolicyResource, { kind: Kind }> =>
    kinds.some((kind) => kind === resource.kind)
}

/** '' for the global kinds. */
function namespaceOf(resource: PolicyResource): string {
  return 'namespace' in resource ? (resource.namespace ?? '') : ''
}

/** A set of a namespace has the labels that the namespace's profile gives (behaviour.md SEL-12); its own win. */
function inheritLabels(set: NetworkSet, profiles: readonly Profile[]): NetworkSet {
  if (set.namespace === undefined) return set
  const inherited = profiles.find(({ name }) => name === `kns.${set.namespace}`)?.labelsToApply
  return inherited === undefined ? set : { ...set, labels: new Map([...inherited, ...set.labels]) }
}
