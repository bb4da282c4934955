/** What the hosts of one revision have in common: policies in evaluation order, tiers, profiles, and who everybody's peers are. */

import type { PolicySet } from '../policy/policy-set.ts'
import { PeerIndex } from './peer-index.ts'
import { peerSourcesOf } from './peer-sources.ts'
import { PolicyIndex } from './policy-index.ts'
import { compareTiers, type ListFrame } from './policy-lists.ts'

export interface RevisionIndex {
  readonly policySet: PolicySet
  readonly policies: PolicyIndex
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
      : new PolicyIndex(policySet.policies, before?.policies)
  const peers = new PeerIndex(peerSourcesOf(policySet, frame.profiles), before?.peers)
  return { policySet, policies, frame, peers }
}

function frameOf({ tiers, profiles }: PolicySet, before: RevisionIndex | undefined): ListFrame {
  if (before?.policySet.tiers === tiers && before.policySet.profiles === profiles) return before.frame
  return { tiers: [...tiers].sort(compareTiers), profiles: new Map(profiles.map((one) => [one.name, one])) }
}
