/** The endpoints of one host with the policies that select them. */

import { effectiveLabels } from '../policy/effective-labels.ts'
import type { HostEndpoint } from '../policy/host-endpoint.ts'
import type { NetworkPolicy } from '../policy/network-policy.ts'
import { type Labels, sameLabels } from '../policy/resource.ts'
import type { WorkloadEndpoint } from '../policy/workload-endpoint.ts'
import { keepFields, keepList } from './keep-same.ts'
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

type Policies = Pick<RevisionIndex, 'policies' | 'frame'>

export class LocalOwners {
  private readonly index: Policies
  private readonly earlier:
    | { readonly policies: Policies['policies']; readonly owners: LocalOwners['owners'] }
    | undefined
  private readonly owners = new Map<LocalEndpoint, Owner>()

  constructor(index: Policies, before?: LocalOwners) {
    this.index = index
    this.earlier = before && { policies: before.index.policies, owners: before.owners }
  }

  of(endpoint: LocalEndpoint): Owner {
    const { policies, frame } = this.index
    const before = this.earlier?.owners.get(endpoint)
    const inherited = effectiveLabels(endpoint, frame.profiles)
    const labels = before !== undefined && sameLabels(before.labels, inherited) ? before.labels : inherited
    const isDecided = this.earlier?.policies === policies && before?.labels === labels
    const applying = isDecided ? before.applying : keepList(before?.applying, policies.picking(labels))
    const owner = keepFields(before, { endpoint, labels, applying })
    this.owners.set(endpoint, owner)
    return owner
  }
}
