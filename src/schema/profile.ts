/** The schema of Profile. */

import Type, { type Static } from 'typebox'
import { calicoDocument } from './document.ts'
import { rules } from './rule.ts'
import { textMap } from './text-map.ts'

export const profile = calicoDocument('Profile', {
  title: 'Profile',
  description: 'Rules that are asked when no policy decided, and labels for the endpoints that list the profile.',
  spec: Type.Object(
    {
      ingress: rules({ title: 'Ingress rules', description: 'For packets that arrive, in the order they are asked.' }),
      egress: rules({ title: 'Egress rules', description: 'For packets that leave, in the order they are asked.' }),
      labelsToApply: Type.Optional(
        textMap({
          title: 'Labels to apply',
          description: "Labels that endpoints listing the profile inherit; an endpoint's own label wins.",
        }),
      ),
    },
    { title: 'Profile', description: 'Its rules, and the labels it lends.', additionalProperties: false },
  ),
})

export type ProfileDocument = Static<typeof profile>
