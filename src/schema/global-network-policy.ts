/** The schema of GlobalNetworkPolicy. */

import Type, { type Static } from 'typebox'
import { calicoDocument } from './document.ts'
import { rules } from './rule.ts'

const laterFlag = (title: string) =>
  Type.Optional(Type.Literal(false, { title, description: 'Only false, its default, is supported.' }))

export const globalNetworkPolicy = calicoDocument('GlobalNetworkPolicy', {
  title: 'GlobalNetworkPolicy',
  description:
    'Ordered rules for the host endpoints that its selector matches. An endpoint that a policy selects in a direction is closed in that direction but for what rules allow.',
  spec: Type.Object(
    {
      tier: Type.Optional(
        Type.Literal('default', { title: 'Tier', description: 'Only the tier `default` is supported.' }),
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
            "The host endpoints the policy applies to, by their labels, as `role == 'web'`. Absent or all(): every one.",
          maxLength: 1024,
        }),
      ),
      types: Type.Optional(
        Type.Array(Type.Enum(['Ingress', 'Egress'], { title: 'Direction' }), {
          title: 'Directions',
          description:
            'The directions it applies to. Absent: Ingress, unless it has egress rules only; both when it has rules for both.',
          uniqueItems: true,
        }),
      ),
      ingress: rules({ title: 'Ingress rules', description: 'For packets that arrive, in the order they are asked.' }),
      egress: rules({ title: 'Egress rules', description: 'For packets that leave, in the order they are asked.' }),
      applyOnForward: laterFlag('Apply to forwarded packets'),
      preDNAT: laterFlag('Apply before DNAT'),
      doNotTrack: laterFlag('Apply before connection tracking'),
    },
    { title: 'Policy', additionalProperties: false },
  ),
})

export type GlobalNetworkPolicyDocument = Static<typeof globalNetworkPolicy>
