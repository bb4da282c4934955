/** The schema of HostEndpoint. */

import Type, { type Static } from 'typebox'
import { calicoDocument } from './document.ts'
import { hostPorts } from './endpoint-port.ts'

export const hostEndpoint = calicoDocument('HostEndpoint', {
  title: 'HostEndpoint',
  description:
    'One network interface of one host, or all of them, as something that policies select by its labels. An interface with an endpoint is closed but for what policies and failsafe ports allow.',
  spec: Type.Object(
    {
      node: Type.String({
        title: 'Host',
        description: 'The name of the host the interface belongs to, in lower case.',
        maxLength: 253,
      }),
      interfaceName: Type.Optional(
        Type.String({
          title: 'Interface',
          description: 'A name such as eth0, or "*" (in quotes) for every interface without an endpoint of its own.',
          pattern: '^(\\*|[a-zA-Z0-9_.-]{1,15})$',
        }),
      ),
      expectedIPs: Type.Optional(
        Type.Array(Type.String({ examples: ['203.0.113.10', '2001:db8::10'] }), {
          title: 'Addresses',
          description:
            "The interface's addresses, without masks. Selectors of other rules resolve to exactly these; without interfaceName they also find the interface.",
          uniqueItems: true,
        }),
      ),
      profiles: Type.Optional(
        Type.Array(Type.String(), {
          title: 'Profiles',
          description: 'Asked in this order when no policy decided; labels are inherited from them.',
        }),
      ),
      ports: hostPorts,
    },
    { title: 'Endpoint', description: 'Where the interface is, and what it is known by.', additionalProperties: false },
  ),
})

export type HostEndpointDocument = Static<typeof hostEndpoint>
