/** The schema of a facts file: what a host looks like, so that its plan can be computed elsewhere. */

import Type, { type Static } from 'typebox'

export const hostFacts = Type.Object(
  {
    node: Type.String({ title: 'Host', description: "The host's name in the policies." }),
    interfaces: Type.Optional(
      Type.Array(
        Type.Object(
          {
            name: Type.String({ title: 'Name', description: 'As in eth0.' }),
            addresses: Type.Array(Type.String({ examples: ['203.0.113.10/24'] }), {
              title: 'Addresses',
              description: 'Each with the prefix length of its network.',
            }),
            up: Type.Optional(Type.Boolean({ title: 'Up', description: 'true by default.' })),
            master: Type.Optional(
              Type.Unsafe<string | null>({
                type: ['string', 'null'],
                title: 'Master',
                description: 'The bridge or bond it belongs to, if any.',
              }),
            ),
          },
          { title: 'Interface', additionalProperties: false },
        ),
        { title: 'Interfaces', description: 'Those of the host, whether or not an endpoint governs them.' },
      ),
    ),
    routes: Type.Optional(
      Type.Array(
        Type.Object(
          {
            to: Type.String({ title: 'Destination', description: 'A network.' }),
            interface: Type.String({ title: 'Interface', description: 'Where the route leaves.' }),
          },
          { title: 'Route', additionalProperties: false },
        ),
        { title: 'Routes', description: 'Which interface leads where; only for live connections.' },
      ),
    ),
  },
  { title: 'HostFacts', description: 'Name, interfaces and addresses of one host.', additionalProperties: false },
)

export type HostFactsDocument = Static<typeof hostFacts>
