/** The frame that all Calico documents share: apiVersion, kind, metadata and the kind's own spec. */

import Type, { type TSchema } from 'typebox'
import { metadata, namespacedMetadata } from './metadata.ts'

interface Parts<Spec extends TSchema> {
  readonly title: string
  readonly description: string
  readonly spec: Spec
}

export const calicoDocument = <Kind extends string, Spec extends TSchema>(kind: Kind, parts: Parts<Spec>) =>
  frame(kind, { ...parts, metadata })

/** Of a kind whose documents belong to a namespace. */
export const namespacedDocument = <Kind extends string, Spec extends TSchema>(kind: Kind, parts: Parts<Spec>) =>
  frame(kind, { ...parts, metadata: namespacedMetadata })

const frame = <Kind extends string, Metadata extends TSchema, Spec extends TSchema>(
  kind: Kind,
  parts: Parts<Spec> & { readonly metadata: Metadata },
) =>
  Type.Object(
    {
      apiVersion: Type.Literal('projectcalico.org/v3', {
        title: 'Version',
        description: 'Always projectcalico.org/v3.',
      }),
      kind: Type.Literal(kind, { title: 'Kind', description: parts.description }),
      metadata: parts.metadata,
      spec: parts.spec,
    },
    { title: parts.title, description: parts.description, additionalProperties: false },
  )
