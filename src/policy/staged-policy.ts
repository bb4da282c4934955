/** A staged policy: evaluated beside the enforced ones, without changing a verdict (behaviour.md 1.10). */

import type { PolicyContent } from './network-policy.ts'

export interface StagedPolicy extends PolicyContent {
  readonly kind: 'StagedGlobalNetworkPolicy' | 'StagedNetworkPolicy'
  /** What enforcing it would do: put it in the place of the policy of the same name, or delete that policy. */
  readonly stagedAction: 'Set' | 'Delete'
}
