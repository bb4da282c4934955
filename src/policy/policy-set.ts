/** All resources of one revision, each list in name order. */

import type { FelixConfiguration } from './felix-configuration.ts'
import type { HostEndpoint } from './host-endpoint.ts'
import type { NetworkPolicy } from './network-policy.ts'
import type { NetworkSet } from './network-set.ts'
import type { PolicyTest } from './policy-test.ts'
import type { Profile } from './profile.ts'
import type { Silence } from './silence.ts'
import type { StagedPolicy } from './staged-policy.ts'
import type { Tier } from './tier.ts'
import type { WorkloadEndpoint } from './workload-endpoint.ts'

export interface PolicySet {
  readonly hostEndpoints: readonly HostEndpoint[]
  readonly workloadEndpoints: readonly WorkloadEndpoint[]
  /** With the default tier. */
  readonly tiers: readonly Tier[]
  readonly policies: readonly NetworkPolicy[]
  readonly stagedPolicies: readonly StagedPolicy[]
  readonly networkSets: readonly NetworkSet[]
  /** Without the built-in profile. */
  readonly profiles: readonly Profile[]
  readonly configurations: readonly FelixConfiguration[]
  readonly tests: readonly PolicyTest[]
  /** In no particular order. */
  readonly silences: readonly Silence[]
}
