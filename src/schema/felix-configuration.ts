/** The schema of FelixConfiguration. */

import Type, { type Static } from 'typebox'
import { calicoDocument } from './document.ts'

const failsafes = (about: { readonly title: string; readonly description: string }) =>
  Type.Optional(
    Type.Array(
      Type.Object(
        {
          protocol: Type.Optional(
            Type.String({ title: 'Protocol', description: 'TCP (the default), UDP or SCTP, in upper or lower case.' }),
          ),
          port: Type.Integer({ title: 'Port', description: 'The destination port.', minimum: 0, maximum: 65535 }),
          net: Type.Optional(
            Type.String({
              title: 'Network',
              description: 'Only for peers in this network; absent: every peer of both families.',
            }),
          ),
        },
        { title: 'Failsafe port', additionalProperties: false },
      ),
      about,
    ),
  )

export const felixConfiguration = calicoDocument('FelixConfiguration', {
  title: 'FelixConfiguration',
  description: 'Settings for every host (name `default`) or for one (name `node.<host>`).',
  spec: Type.Object(
    {
      interfacePrefix: Type.Optional(
        Type.String({
          title: 'Workload interfaces',
          description:
            'Comma-separated prefixes of the names of workload interfaces, cali by default; none: there are no workloads.',
        }),
      ),
      failsafeInboundHostPorts: failsafes({
        title: 'Inbound failsafe ports',
        description: 'Ports of the host that stay reachable whatever policies say. An empty list: none.',
      }),
      failsafeOutboundHostPorts: failsafes({
        title: 'Outbound failsafe ports',
        description: 'Ports of others that the host can reach whatever policies say. An empty list: none.',
      }),
    },
    { title: 'Settings', additionalProperties: false },
  ),
})

export type FelixConfigurationDocument = Static<typeof felixConfiguration>
