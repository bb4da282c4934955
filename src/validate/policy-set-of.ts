/** Makes the policy set of a revision out of what its documents define. */

import { keepList, keepRecord } from '../policy/keep-list.ts'
import type { NetworkSet } from '../policy/network-set.ts'
import type { PolicySet } from '../policy/policy-set.ts'
import { compareNames, type Labels } from '../policy/resource.ts'
import type { Silence } from '../policy/silence.ts'
import { defaultTierName, implicitDefaultTier, type Tier } from '../policy/tier.ts'
import type { PolicyLists } from './policy-lists.ts'

/** @param before lists that have the same items as there are the same arrays, and so is the whole */
export function policySetOf(
  lists: PolicyLists,
  silences: readonly Silence[],
  before: PolicySet | undefined,
): PolicySet {
  const policySet = {
    hostEndpoints: keepList(lists.hostEndpoints.usable, before?.hostEndpoints),
    workloadEndpoints: keepList(lists.workloadEndpoints.usable, before?.workloadEndpoints),
    tiers: keepList(withDefaultTier(lists.tiers.usable), before?.tiers),
    policies: keepList(lists.policies.usable, before?.policies),
    stagedPolicies: keepList(lists.stagedPolicies.usable, before?.stagedPolicies),
    networkSets: keepList(withInheritedLabels(lists), before?.networkSets),
    profiles: keepList(lists.profiles.usable, before?.profiles),
    configurations: keepList(lists.configurations.usable, before?.configurations),
    tests: keepList(lists.tests.usable, before?.tests),
    silences: keepList(silences, before?.silences),
  }
  return keepRecord(policySet, before)
}

function withDefaultTier(tiers: readonly Tier[]): readonly Tier[] {
  if (tiers.some(({ name }) => name === defaultTierName)) return tiers
  return [...tiers, implicitDefaultTier].sort((a, b) => compareNames(a.name, b.name))
}

/** A set of a namespace has the labels that the namespace's profile gives (behaviour.md SEL-12); its own win. */
function withInheritedLabels({ networkSets, profiles }: PolicyLists): readonly NetworkSet[] {
  const given = new Map(profiles.usable.map(({ name, labelsToApply }) => [name, labelsToApply]))
  return networkSets.usable.map((set) => {
    const inherited = set.namespace === undefined ? undefined : given.get(`kns.${set.namespace}`)
    return inherited === undefined ? set : inheritLabels(set, inherited)
  })
}

/** What a set last inherited, and what it became: while neither changes it is the same object. */
const heirs = new WeakMap<NetworkSet, { readonly inherited: Labels; readonly heir: NetworkSet }>()

function inheritLabels(set: NetworkSet, inherited: Labels): NetworkSet {
  const known = heirs.get(set)
  if (known?.inherited === inherited) return known.heir
  const heir = { ...set, labels: new Map([...inherited, ...set.labels]) }
  heirs.set(set, { inherited, heir })
  return heir
}
