/** The schema of NetworkPolicy. */

import Type from 'typebox'
import { namespacedDocument } from './document.ts'
import { policyFields } from './policy-spec.ts'

export const networkPolicy = namespacedDocument('NetworkPolicy', {
  title: 'NetworkPolicy',
  description:
    'Ordered rules for the workload endpoints of its namespace that its selector matches. It never applies to host endpoints.',
  spec: Type.Object(policyFields, {
    title: 'Policy',
    description: 'Which endpoints it applies to, when it is asked, and its rules.',
    additionalProperties: false,
  }),
})
