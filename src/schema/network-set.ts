/** The schema of NetworkSet. */

import type { Static } from 'typebox'
import { namespacedDocument } from './document.ts'
import { networkSetSpec } from './network-set-spec.ts'

export const networkSet = namespacedDocument('NetworkSet', {
  title: 'NetworkSet',
  description: 'A labelled list of networks of one namespace that rules select as peers.',
  spec: networkSetSpec,
})

export type NetworkSetDocument = Static<typeof networkSet>
