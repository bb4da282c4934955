/** The schema of GlobalNetworkSet. */

import Type, { type Static } from 'typebox'
import { calicoDocument } from './document.ts'

export const globalNetworkSet = calicoDocument('GlobalNetworkSet', {
  title: 'GlobalNetworkSet',
  description: 'A labelled list of networks that rules select as peers.',
  spec: Type.Object(
    {
      nets: Type.Optional(
        Type.Array(Type.String({ examples: ['198.51.100.0/24', '203.0.113.7', '2001:db8::/32'] }), {
          title: 'Networks',
          description: 'Networks and single addresses of either family; bits behind the mask are dropped.',
          uniqueItems: true,
        }),
      ),
    },
    { title: 'Network set', additionalProperties: false },
  ),
})

export type GlobalNetworkSetDocument = Static<typeof globalNetworkSet>
