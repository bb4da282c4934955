/** Everything that is valid in a policy set but hardly meant, as warnings: one lint a file. */

import { type Diagnostic, inSourceOrder } from '../diagnostic/diagnostic.ts'
import type { PolicySet } from '../policy/policy-set.ts'
import { findBareEndpoints } from './bare-endpoints.ts'
import { findContradictoryRules } from './contradictory-rules.ts'
import { findDuplicateSets } from './duplicate-sets.ts'
import { findElsewherePortNames } from './elsewhere-port-names.ts'
import { findEmptyDirections } from './empty-directions.ts'
import { findEqualOrders } from './equal-orders.ts'
import { findForwardPasses } from './forward-passes.ts'
import { findMisspeltLabels } from './misspelt-labels.ts'
import { findOneWayUntracked } from './one-way-untracked.ts'
import { findOpenManagementPorts } from './open-management-ports.ts'
import { findPeersWithoutAddresses } from './peers-without-addresses.ts'
import { findPoliciesWithoutAllow } from './policies-without-allow.ts'
import { findRewrittenDestinations } from './rewritten-destinations.ts'
import { Survey } from './survey.ts'
import { findUnmatchedPeers } from './unmatched-peers.ts'
import { findUnmatchedPolicies } from './unmatched-policies.ts'
import { findUnownedPolicies } from './unowned-policies.ts'
import { findUnseenForwards } from './unseen-forwards.ts'
import { findWorkloadsToHost } from './workloads-to-host.ts'

type Lint = (survey: Survey) => readonly Diagnostic[]

const lints: readonly Lint[] = [
  findBareEndpoints,
  findContradictoryRules,
  findDuplicateSets,
  findElsewherePortNames,
  findEmptyDirections,
  findEqualOrders,
  findForwardPasses,
  findMisspeltLabels,
  findOneWayUntracked,
  findOpenManagementPorts,
  findPeersWithoutAddresses,
  findPoliciesWithoutAllow,
  findRewrittenDestinations,
  findUnmatchedPeers,
  findUnmatchedPolicies,
  findUnownedPolicies,
  findUnseenForwards,
  findWorkloadsToHost,
]

/** In source order. Of a policy set with errors nothing should be said: what is left out of it would be missed. */
export function lintPolicy(policySet: PolicySet): readonly Diagnostic[] {
  const survey = new Survey(policySet)
  return inSourceOrder(lints.flatMap((lint) => lint(survey)))
}
