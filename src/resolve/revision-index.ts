/** What the hosts of one revision have in common: policies in evaluation order, tiers, profiles, and who everybody's peers are. */

import type { NetworkPolicy } from '../policy/network-policy.ts'
import type { PolicySet } from '../policy/policy-set.ts'
import { SelectorIndex } from '../selector/selector-index.ts'
import { PeerIndex } from './peer-index.ts'
import { peerSourcesOf } from './peer-sources.ts'
import { comparePolicies, compareTiers, type ListFrame } from './policy-lists.ts'

export interface RevisionIndex {
  readonly policySet: PolicySet
  /** In evaluation order. */
  readonly policies: SelectorIndex<NetworkPolicy>
  readonly frame: ListFrame
  readonly peers: PeerIndex
}

/** Made once for a revision. @param before of another one: what did not change since is the same object */
export function revisionIndexOf(policySet: PolicySet, before?: RevisionIndex): RevisionIndex {
  const index = known.get(policySet) ?? makeIndex(policySet, before)
  known.set(policySet, index)
  return index
}

const known = new WeakMap<PolicySet, RevisionIndex>()

function makeIndex(policySet: PolicySet, before: RevisionIndex | undefined): RevisionIndex {
  const frame = frameOf(policySet, before)
  const policies =
    before?.policySet.policies === policySet.policies
      ? before.policies
      : new SelectorIndex([...policySet.policies].sort(comparePolicies), ({ selector }) => selector)
  return { policySet, policies, frame, peers: new PeerIndex(peerSourcesOf(policySet, frame.profiles), before?.peers) }
}

function frameOf({ tiers, profiles }: PolicySet, before: RevisionIndex | undefined): ListFrame {
  if (before?.policySet.tiers === tiers && before.policySet.profiles === profiles) return before.frame
  return { tiers: [...tiers].sort(compareTiers), profiles: new Map(profiles.map((one) => [one.name, one])) }
}
