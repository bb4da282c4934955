/** All resources of one revision, each list in name order. */

import type { FelixConfiguration } from './felix-configuration.ts'
import type { HostEndpoint } from './host-endpoint.ts'
import type { NetworkPolicy } from './network-policy.ts'
import type { NetworkSet } from './network-set.ts'
import type { Profile } from './profile.ts'

export interface PolicySet {
  readonly hostEndpoints: readonly HostEndpoint[]
  readonly policies: readonly NetworkPolicy[]
  readonly networkSets: readonly NetworkSet[]
  /** Without the built-in profile. */
  readonly profiles: readonly Profile[]
  readonly configurations: readonly FelixConfiguration[]
}
