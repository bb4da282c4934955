/** The schema of `metadata`: the name, labels and annotations, and what a Calico server adds to an exported object. */

import Type, { type Static } from 'typebox'
import { annotationMap, textMap } from './text-map.ts'

const setByServer = Type.Optional(
  Type.Unknown({ title: 'Set by a server', description: 'Present in exported objects; accepted and ignored.' }),
)

const description = 'What the document is called, and what is said about it.'

const fields = {
  name: Type.String({
    title: 'Name',
    description: 'Unique within its kind: lower-case letters, digits, "-" and ".", at most 253 characters.',
    pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
    maxLength: 253,
  }),
  labels: Type.Optional(
    textMap({
      title: 'Labels',
      description: 'What selectors match, as `role: web`. Quote values such as "true" or "1".',
    }),
  ),
  annotations: Type.Optional(
    annotationMap(
      'Notes for people and tools, and what rampart knows of the document; without effect on packets but for an end.',
    ),
  ),
  uid: setByServer,
  resourceVersion: setByServer,
  creationTimestamp: setByServer,
  generation: setByServer,
  managedFields: setByServer,
}

export const metadata = Type.Object(fields, { title: 'Metadata', description, additionalProperties: false })

export const namespacedMetadata = Type.Object(
  {
    ...fields,
    namespace: Type.Optional(
      Type.String({
        title: 'Namespace',
        description: 'The namespace it belongs to; absent: default.',
        pattern: '^([a-z0-9]([-a-z0-9]*[a-z0-9])?)?$',
        maxLength: 63,
      }),
    ),
  },
  { title: 'Metadata', description, additionalProperties: false },
)

export type MetadataDocument = Static<typeof metadata>
export type NamespacedMetadataDocument = Static<typeof namespacedMetadata>
