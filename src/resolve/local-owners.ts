/** The endpoints of one host with the policies that select them. */

import { effectiveLabels } from '../policy/effective-labels.ts'
import type { HostEndpoint } from '../policy/host-endpoint.ts'
import type { NetworkPolicy } from '../policy/network-policy.ts'
import { type Labels, sameLabels } from '../policy/resource.ts'
import type { WorkloadEndpoint } from '../policy/workload-endpoint.ts'
import { keepFields, keepList } from './keep-same.ts'
import type { PolicyIndex } from './policy-index.ts'
import type { RevisionIndex } from './revision-index.ts'

export type LocalEndpoint = HostEndpoint | WorkloadEndpoint

/** The same object as before while nothing of it is another. */
export interface Owner {
  readonly endpoint: LocalEndpoint
  /** Effective. */
  readonly labels: Labels
  /** In evaluation order. */
  readonly applying: readonly NetworkPolicy[]
}

export class LocalOwners {
  private readonly index: Pick<RevisionIndex, 'policies' | 'frame'>
  private readonly earlier: { readonly policies: PolicyIndex; readonly owners: LocalOwners['owners'] } | undefined
  private readonly owners = new Map<LocalEndpoint, Owner>()

  constructor(index: Pick<RevisionIndex, 'policies' | 'frame'>, before?: LocalOwners) {
    this.index = index
    this.earlier = before && { policies: before.index.policies, owners: before.owners }
  }

  /** @param last of who was it before, if that was another object: what is still the same is taken from there */
  of(endpoint: LocalEndpoint, last?: Owner): Owner {
    const before = this.earlier?.owners.get(endpoint) ?? last
    const inherited = effectiveLabels(endpoint, this.index.frame.profiles)
    const labels = before !== undefined && sameLabels(before.labels, inherited) ? before.labels : inherited
    const owner = keepFields(before, { endpoint, labels, applying: this.applyingTo(labels, before) })
    this.owners.set(endpoint, owner)
    return owner
  }

  private applyingTo(labels: Labels, before: Owner | undefined): Owner['applying'] {
    const { policies } = this.index
    if (this.earlier === undefined || before === undefined) return policies.selecting(labels)
    return keepList(before.applying, policies.selectingSince(this.earlier.policies, before, labels))
  }
}
