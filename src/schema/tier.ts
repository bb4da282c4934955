/** The schema of Tier. */

import Type, { type Static } from 'typebox'
import { calicoDocument } from './document.ts'

export const tier = calicoDocument('Tier', {
  title: 'Tier',
  description: 'A group of policies that is asked as a whole, before or after the other tiers.',
  spec: Type.Object(
    {
      order: Type.Optional(
        Type.Unsafe<number | null>({
          type: ['number', 'null'],
          title: 'Order',
          description:
            'Tiers with a lower number are asked first; the tier default has 1000000; those without a number come last.',
        }),
      ),
      defaultAction: Type.Optional(
        Type.Enum(['Deny', 'Pass'], {
          title: 'Default action',
          enumDescriptions: [
            'Drops what no policy of the tier decides.',
            'Lets the next tier decide, after the last one the profiles.',
          ],
          description:
            'What becomes of a packet when the tier has policies for it and none decides: Deny (the default) drops, Pass asks the next tier.',
        }),
      ),
    },
    { title: 'Tier', description: 'When it is asked, and how it ends.', additionalProperties: false },
  ),
})

export type TierDocument = Static<typeof tier>
