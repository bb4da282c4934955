/** The schema of what GlobalNetworkSet and NetworkSet have in common: the networks. */

import Type from 'typebox'

export const networkSetSpec = Type.Object(
  {
    nets: Type.Optional(
      Type.Array(Type.String({ examples: ['198.51.100.0/24', '203.0.113.7', '2001:db8::/32'] }), {
        title: 'Networks',
        description: 'Networks and single addresses of either family; bits behind the mask are dropped.',
        uniqueItems: true,
      }),
    ),
  },
  { title: 'Network set', description: 'What belongs to it.', additionalProperties: false },
)
