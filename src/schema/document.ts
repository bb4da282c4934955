/** The frame that all Calico documents share: apiVersion, kind, metadata and the kind's own spec. */

import Type, { type TSchema } from 'typebox'
import { metadata } from './metadata.ts'

export const calicoDocument = <Kind extends string, Spec extends TSchema>(
  kind: Kind,
  parts: { readonly title: string; readonly description: string; readonly spec: Spec },
) =>
  Type.Object(
    {
      apiVersion: Type.Literal('projectcalico.org/v3', {
        title: 'Version',
        description: 'Always projectcalico.org/v3.',
      }),
      kind: Type.Literal(kind, { title: 'Kind' }),
      metadata,
      spec: parts.spec,
    },
    { title: parts.title, description: parts.description, additionalProperties: false },
  )
