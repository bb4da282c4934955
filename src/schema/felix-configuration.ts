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

const word = (title: string, description: string) => Type.Optional(Type.String({ title, description }))
const flag = (title: string, description: string) => Type.Optional(Type.Boolean({ title, description }))
const markMask = Type.Optional(
  Type.Integer({
    title: 'Mark bits',
    description: "The bits of a packet's mark that may be used, at least 8 of the 32.",
    minimum: 0,
    maximum: 0xffff_ffff,
  }),
)
const allowAction = word(
  'Allowed packets',
  "Accept (the default), or Return: packets that policy allows go on to the host's own rules.",
)
const denyAction = word('Denied packets', 'Drop (the default), or Reject: the sender is told.')

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
      interfaceExclude: word(
        'Excluded interfaces',
        'Comma-separated names of interfaces that no host endpoint governs, or prefixes of names with a "*" behind.',
      ),
      defaultEndpointToHostAction: word(
        'From workloads to the host',
        'What becomes of packets from a workload to the host itself that its policies allow: Drop (the default), Accept, or Return to the rules of the host.',
      ),
      disableConntrackInvalidCheck: flag(
        'Invalid packets pass',
        'Packets that connection tracking finds invalid are judged by policy instead of dropped.',
      ),
      ipv6Support: flag('IPv6', 'False leaves IPv6 unfiltered.'),
      nftablesMode: Type.Optional(
        Type.Enum(['Enabled', 'Disabled', 'Auto'], {
          title: 'nftables',
          enumDescriptions: ['What there is.', 'Refused: there is nothing else.', 'What there is.'],
          description: 'Enabled or Auto; there is nothing but nftables.',
        }),
      ),
      nftablesFilterAllowAction: allowAction,
      iptablesFilterAllowAction: allowAction,
      nftablesFilterDenyAction: denyAction,
      iptablesFilterDenyAction: denyAction,
      nftablesMarkMask: markMask,
      iptablesMarkMask: markMask,
      chainInsertMode: word(
        'Place among others',
        "Insert (the default): before the host's own rules; Append: after them.",
      ),
      logPrefix: word(
        'Log prefix',
        'What kernel log lines start with; %t is the tier, %k the kind (gnp, np, pro), %n the name, %p namespace and name of the policy.',
      ),
      logActionRateLimit: word('Log rate', 'At most so many lines of a rule, as 10/second, 100/minute, 5/hour, 1/day.'),
      logActionRateLimitBurst: Type.Optional(
        Type.Integer({
          title: 'Log burst',
          description: 'So many lines before the rate counts.',
          minimum: 0,
          maximum: 9999,
        }),
      ),
      allowVXLANPacketsFromWorkloads: flag('VXLAN from workloads', 'Workloads may send VXLAN packets.'),
      allowIPIPPacketsFromWorkloads: flag('IPIP from workloads', 'Workloads may send packets of IP protocol 4.'),
    },
    {
      title: 'Settings',
      description: 'What is not set here is as Calico has it, or as the agent says.',
      additionalProperties: false,
    },
  ),
})

export type FelixConfigurationDocument = Static<typeof felixConfiguration>
