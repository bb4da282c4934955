/** The schema of WorkloadEndpoint. */

import Type, { type Static } from 'typebox'
import { namespacedDocument } from './document.ts'
import { workloadPorts } from './endpoint-port.ts'

const identity = (title: string) =>
  Type.Optional(Type.String({ title, description: 'Part of what identifies the workload; without effect on packets.' }))

const wiring = (title: string) =>
  Type.Optional(Type.String({ title, description: 'Accepted as exported; without effect here.' }))

export const workloadEndpoint = namespacedDocument('WorkloadEndpoint', {
  title: 'WorkloadEndpoint',
  description:
    "The host's side of the interface of one container or virtual machine. It is closed but for what policies and profiles allow.",
  spec: Type.Object(
    {
      node: Type.String({
        title: 'Host',
        description: 'The name of the host the workload runs on, in lower case.',
        maxLength: 253,
      }),
      interfaceName: Type.String({
        title: 'Interface',
        description: "The name of the interface on the host's side, as cali1a2b3c4d.",
        pattern: '^[a-zA-Z0-9_.-]{1,15}$',
      }),
      ipNetworks: Type.Optional(
        Type.Array(Type.String({ examples: ['10.65.0.2', '10.65.0.2/32', 'fd00:65::2/128'] }), {
          title: 'Addresses',
          description: "The workload's addresses; a mask is /32 or /128. Without any the endpoint has no effect.",
          uniqueItems: true,
        }),
      ),
      orchestrator: Type.Optional(
        Type.String({
          title: 'Orchestrator',
          description: 'What runs the workload; selectors see it as projectcalico.org/orchestrator.',
        }),
      ),
      workload: identity('Workload'),
      pod: identity('Pod'),
      containerID: identity('Container'),
      endpoint: identity('Endpoint'),
      profiles: Type.Optional(
        Type.Array(Type.String(), {
          title: 'Profiles',
          description: 'Asked in this order when no policy decided; labels are inherited from them.',
        }),
      ),
      ports: workloadPorts,
      ipv4Gateway: wiring('IPv4 gateway'),
      ipv6Gateway: wiring('IPv6 gateway'),
      mac: wiring('Hardware address'),
    },
    { title: 'Endpoint', description: 'Where the interface is, and what it is known by.', additionalProperties: false },
  ),
})

export type WorkloadEndpointDocument = Static<typeof workloadEndpoint>
