/** Reads a GlobalNetworkPolicy or NetworkPolicy. */

import type { NetworkPolicy } from '../policy/network-policy.ts'
import type { PolicyDocument } from '../schema/policy-spec.ts'
import { readPolicyContent } from './read-policy-content.ts'
import type { Subject } from './subject.ts'

/** Whole only when nothing was reported. Whether its tier exists is asked elsewhere. */
export function readNetworkPolicy(subject: Subject<PolicyDocument>, kind: NetworkPolicy['kind']): NetworkPolicy {
  return { ...readPolicyContent(subject, kind), kind }
}
