/** The schema of GlobalNetworkSet. */

import { calicoDocument } from './document.ts'
import { networkSetSpec } from './network-set-spec.ts'

export const globalNetworkSet = calicoDocument('GlobalNetworkSet', {
  title: 'GlobalNetworkSet',
  description: 'A labelled list of networks that rules select as peers.',
  spec: networkSetSpec,
})
