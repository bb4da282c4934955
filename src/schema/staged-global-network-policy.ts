/** The schema of StagedGlobalNetworkPolicy. */

import Type from 'typebox'
import { calicoDocument } from './document.ts'
import { globalPolicyFields, policyFields, stagedFields } from './policy-spec.ts'

export const stagedGlobalNetworkPolicy = calicoDocument('StagedGlobalNetworkPolicy', {
  title: 'StagedGlobalNetworkPolicy',
  description: 'A GlobalNetworkPolicy that is tried out: what it would allow and deny is counted, nothing is enforced.',
  spec: Type.Object(
    { ...policyFields, ...globalPolicyFields, ...stagedFields },
    {
      title: 'Policy',
      description: 'Which endpoints it applies to, when it is asked, and its rules.',
      additionalProperties: false,
    },
  ),
})
