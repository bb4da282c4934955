/** The schema of GlobalNetworkPolicy. */

import Type from 'typebox'
import { calicoDocument } from './document.ts'
import { globalPolicyFields, policyFields } from './policy-spec.ts'

export const globalNetworkPolicy = calicoDocument('GlobalNetworkPolicy', {
  title: 'GlobalNetworkPolicy',
  description:
    'Ordered rules for the endpoints that its selector matches. An endpoint that a policy selects in a direction is closed in that direction but for what rules allow.',
  spec: Type.Object(
    { ...policyFields, ...globalPolicyFields },
    {
      title: 'Policy',
      description: 'Which endpoints it applies to, when it is asked, and its rules.',
      additionalProperties: false,
    },
  ),
})
