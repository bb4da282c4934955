/** The schema of what policies have in common: which endpoints, in which order, by which rules. */

import Type, { type Static } from 'typebox'
import type { NamespacedMetadataDocument } from './metadata.ts'
import { rules } from './rule.ts'

const flag = (title: string, description: string) => Type.Optional(Type.Boolean({ title, description }))

export const policyFields = {
  tier: Type.Optional(
    Type.String({ title: 'Tier', description: 'The tier the policy belongs to; absent: the tier default.' }),
  ),
  order: Type.Optional(
    Type.Unsafe<number | null>({
      type: ['number', 'null'],
      title: 'Order',
      description:
        'Policies with a lower number are asked first; those without a number come last, in order of their names.',
    }),
  ),
  selector: Type.Optional(
    Type.String({
      title: 'Selected endpoints',
      description:
        "The endpoints the policy applies to, by their labels, as `role == 'web'`. Absent or all(): every one.",
      maxLength: 1024,
    }),
  ),
  types: Type.Optional(
    Type.Array(
      Type.Enum(['Ingress', 'Egress'], {
        title: 'Direction',
        enumDescriptions: ['Packets that arrive at the endpoint.', 'Packets that leave the endpoint.'],
      }),
      {
        title: 'Directions',
        description:
          'The directions it applies to. Absent: Ingress, unless it has egress rules only; both when it has rules for both.',
        uniqueItems: true,
      },
    ),
  ),
  ingress: rules({ title: 'Ingress rules', description: 'For packets that arrive, in the order they are asked.' }),
  egress: rules({ title: 'Egress rules', description: 'For packets that leave, in the order they are asked.' }),
}

export const globalPolicyFields = {
  namespaceSelector: Type.Optional(
    Type.String({
      title: 'Selected namespaces',
      description:
        'Only workloads of namespaces: all() of any, or projectcalico.org/name == "x" or in {"x", "y"}. It leaves out host endpoints.',
      maxLength: 1024,
    }),
  ),
  applyOnForward: flag(
    'Apply to forwarded packets',
    'Also for packets that a host endpoint forwards, which are let through otherwise.',
  ),
  preDNAT: flag(
    'Apply before DNAT',
    'For packets as they arrive at a host endpoint, before their destination is rewritten. Needs applyOnForward.',
  ),
  doNotTrack: flag(
    'Apply before connection tracking',
    'For packets of a host endpoint without connection tracking; both directions have to be allowed. Needs applyOnForward.',
  ),
}

export const stagedFields = {
  stagedAction: Type.Optional(
    Type.Enum(['Set', 'Delete', 'Learn', 'Ignore'], {
      title: 'Staged action',
      enumDescriptions: [
        'Tries the policy out as it is written here.',
        'Tries out that the policy of this name is gone.',
        'Has no effect here.',
        'Has no effect here.',
      ],
      description:
        'What is tried out: Set (the default) the policy as written here, Delete that the policy of this name is gone; Learn and Ignore do nothing.',
    }),
  ),
}

const anyPolicySpec = Type.Object({ ...policyFields, ...globalPolicyFields, ...stagedFields })

/** Of any of the kinds: what a kind does not have is absent. */
export interface PolicyDocument {
  readonly metadata: NamespacedMetadataDocument
  readonly spec: Static<typeof anyPolicySpec>
}
