/** The frame that all documents share: apiVersion, kind, metadata and the kind's own spec. */

import Type, { type TSchema } from 'typebox'
import { metadata, namespacedMetadata } from './metadata.ts'

interface Parts<Spec extends TSchema> {
  readonly title: string
  readonly description: string
  readonly spec: Spec
}

export const calicoDocument = <Kind extends string, Spec extends TSchema>(kind: Kind, parts: Parts<Spec>) =>
  frame(kind, { ...parts, version: 'projectcalico.org/v3', metadata })

/** Of a kind whose documents belong to a namespace. */
export const namespacedDocument = <Kind extends string, Spec extends TSchema>(kind: Kind, parts: Parts<Spec>) =>
  frame(kind, { ...parts, version: 'projectcalico.org/v3', metadata: namespacedMetadata })

/** Of a kind that Calico does not have. */
export const rampartDocument = <Kind extends string, Spec extends TSchema>(kind: Kind, parts: Parts<Spec>) =>
  frame(kind, { ...parts, version: 'rampart/v1', metadata })

interface Frame<Version extends string, Metadata extends TSchema> {
  readonly version: Version
  readonly metadata: Metadata
}

const frame = <Kind extends string, Version extends string, Metadata extends TSchema, Spec extends TSchema>(
  kind: Kind,
  { version, ...parts }: Parts<Spec> & Frame<Version, Metadata>,
) =>
  Type.Object(
    {
      apiVersion: Type.Literal(version, { title: 'Version', description: `Always ${version}.` }),
      kind: Type.Literal(kind, { title: 'Kind', description: parts.description }),
      metadata: parts.metadata,
      spec: parts.spec,
    },
    { title: parts.title, description: parts.description, additionalProperties: false },
  )
