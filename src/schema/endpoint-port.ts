/** The schema of the ports that endpoints give names to. */

import Type from 'typebox'

const name = Type.String({
  title: 'Name',
  description: 'What rules write instead of the number: at most 15 lower-case letters, digits and "-".',
  pattern: '^[a-z0-9]*(-[a-z0-9]+)*$',
  maxLength: 15,
})

const number = {
  protocol: Type.Unsafe<string | number>({
    type: ['string', 'integer'],
    title: 'Protocol',
    description: 'TCP, UDP or SCTP.',
    examples: ['TCP', 'UDP', 'SCTP'],
  }),
  port: Type.Integer({
    title: 'Port',
    description: 'The number that the name stands for.',
    minimum: 1,
    maximum: 65535,
  }),
}

const about = {
  title: 'Named ports',
  description: "Names for ports of the endpoint's addresses, for rules that select it.",
}

export const hostPorts = Type.Optional(
  Type.Array(Type.Object({ name, ...number }, { title: 'Named port', additionalProperties: false }), about),
)

export const workloadPorts = Type.Optional(
  Type.Array(
    Type.Object(
      {
        name: Type.Optional(name),
        ...number,
        hostPort: Type.Optional(
          Type.Integer({
            title: 'Port of the host',
            description: 'Of the program that maps ports; without effect here.',
            minimum: 0,
            maximum: 65535,
          }),
        ),
        hostIP: Type.Optional(
          Type.String({
            title: 'Address of the host',
            description: 'Of the program that maps ports; without effect here.',
          }),
        ),
      },
      { title: 'Port', additionalProperties: false },
    ),
    about,
  ),
)
