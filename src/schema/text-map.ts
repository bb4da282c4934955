/** The schema of a free mapping from text to text, such as labels. */

import Type from 'typebox'

/** Of a document or a rule, with the keys that mean something to us. */
export const annotationMap = (description: string) =>
  Type.Unsafe<Readonly<Record<string, string>>>({
    type: 'object',
    title: 'Annotations',
    description,
    properties: {
      'rampart/owner': {
        type: 'string',
        title: 'Owner',
        description: 'Who answers for it: a team, a ticket queue, a name.',
      },
      'rampart/expires': {
        type: 'string',
        title: 'Expires',
        description: 'When what it allows ends: an RFC 3339 time with its zone. Nothing but an Allow can expire.',
        examples: ['2030-01-31T18:00:00Z'],
      },
    },
    patternProperties: {
      '^rampart/allow\\.': {
        type: 'string',
        title: 'Accepted warning',
        description: 'Why the warning with this code is accepted here; rampart validate --explain lists the codes.',
      },
    },
    additionalProperties: { type: 'string' },
  })

export const textMap = (about: { readonly title: string; readonly description: string }) =>
  Type.Unsafe<Readonly<Record<string, string>>>({ type: 'object', additionalProperties: { type: 'string' }, ...about })
