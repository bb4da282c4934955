/** The lists of an endpoint after a few policies came or went. */

import type { DirectedLists, EndpointLists, PolicyList, TierPolicies } from '../policy/host-view.ts'
import type { NetworkPolicy } from '../policy/network-policy.ts'
import { changedPolicies } from './policy-change.ts'

type Policies = readonly NetworkPolicy[]

/** Lists as they were, which policies are gone from them, and the lists of those alone that have come. */
export interface Patch<Lists> {
  readonly before: Lists
  readonly gone: Policies
  readonly come: Lists
  /** Names of all tiers, in order. */
  readonly tiers: readonly string[]
}

export function patchedLists(patch: Patch<EndpointLists>): EndpointLists {
  const { before, come } = patch
  const patched = (name: keyof EndpointLists): DirectedLists =>
    patchedDirected({ ...patch, before: before[name], come: come[name] })
  return {
    untracked: patched('untracked'),
    preDnat: patched('preDnat'),
    normal: patched('normal'),
    forward: patched('forward'),
  }
}

export function patchedDirected(patch: Patch<DirectedLists>): DirectedLists {
  const { before, come } = patch
  return {
    ingress: patchedList({ ...patch, before: before.ingress, come: come.ingress }),
    egress: patchedList({ ...patch, before: before.egress, come: come.egress }),
  }
}

function patchedList({ before, gone, come, tiers }: Patch<PolicyList>): PolicyList {
  const tierOf = (list: PolicyList, name: string): TierPolicies | undefined =>
    list.tiers.find((tier) => tier.name === name)
  return {
    tiers: tiers.flatMap((name) => {
      const [old, added] = [tierOf(before, name), tierOf(come, name)]
      const tier = old === undefined ? added : patchedTier(old, gone, added?.policies ?? [])
      return tier === undefined || tier.policies.length === 0 ? [] : [tier]
    }),
    profiles: before.profiles,
  }
}

function patchedTier(tier: TierPolicies, gone: Policies, come: Policies): TierPolicies {
  const policies = changedPolicies(tier.policies, { gone, come })
  return policies === tier.policies ? tier : { ...tier, policies }
}
