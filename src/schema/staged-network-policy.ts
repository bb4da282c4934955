/** The schema of StagedNetworkPolicy. */

import Type from 'typebox'
import { namespacedDocument } from './document.ts'
import { policyFields, stagedFields } from './policy-spec.ts'

export const stagedNetworkPolicy = namespacedDocument('StagedNetworkPolicy', {
  title: 'StagedNetworkPolicy',
  description: 'A NetworkPolicy that is tried out: what it would allow and deny is counted, nothing is enforced.',
  spec: Type.Object(
    { ...policyFields, ...stagedFields },
    {
      title: 'Policy',
      description: 'Which endpoints it applies to, when it is asked, and its rules.',
      additionalProperties: false,
    },
  ),
})
