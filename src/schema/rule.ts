/** The schema of one rule of a policy or profile. */

import Type, { type Static } from 'typebox'
import { annotationMap } from './text-map.ts'

const protocol = (about: { readonly title: string; readonly description: string }) =>
  Type.Optional(
    Type.Unsafe<string | number>({
      type: ['string', 'integer'],
      ...about,
      examples: ['TCP', 'UDP', 'ICMP', 'ICMPv6', 'SCTP', 'UDPLite', 112],
      minimum: 1,
      maximum: 255,
    }),
  )

const ports = (about: { readonly title: string; readonly description: string }) =>
  Type.Optional(
    Type.Array(
      Type.Unsafe<string | number>({
        type: ['integer', 'string'],
        minimum: 1,
        maximum: 65535,
        pattern: '^([0-9]{1,5}(:[0-9]{1,5})?|[a-z0-9]+(-[a-z0-9]+)*)$',
        examples: [443, '8000:8010', 'http'],
      }),
      { ...about, minItems: 1, maxItems: 50 },
    ),
  )

const nets = (about: { readonly title: string; readonly description: string }) =>
  Type.Optional(
    Type.Array(Type.String({ examples: ['10.0.0.0/8', '192.0.2.7/32', '2001:db8::/32'] }), {
      ...about,
      minItems: 1,
      maxItems: 256,
      uniqueItems: true,
    }),
  )

const icmp = (about: { readonly title: string; readonly description: string }) =>
  Type.Optional(
    Type.Object(
      {
        type: Type.Optional(
          Type.Integer({
            title: 'ICMP type',
            description: 'For example 8, an echo request.',
            minimum: 0,
            maximum: 254,
          }),
        ),
        code: Type.Optional(
          Type.Integer({ title: 'ICMP code', description: 'Only together with a type.', minimum: 0, maximum: 255 }),
        ),
      },
      { ...about, additionalProperties: false },
    ),
  )

export const peersByNamespace = Type.Optional(
  Type.String({
    title: 'Peers by namespace',
    description:
      'Only peers of namespaces: all() any, global() none at all, or projectcalico.org/name == "x" or in {"x", "y"}.',
    maxLength: 1024,
  }),
)

const entity = (about: { readonly title: string; readonly description: string }) =>
  Type.Optional(
    Type.Object(
      {
        nets: nets({
          title: 'Networks',
          description: 'The address is in one of these networks. A single address needs /32 or /128.',
        }),
        notNets: nets({ title: 'Excluded networks', description: 'The address is in none of these networks.' }),
        selector: Type.Optional(
          Type.String({
            title: 'Peers by label',
            description:
              "The address belongs to an endpoint (its expectedIPs or ipNetworks) or network set whose labels match, as `role == 'web'`. Quote selectors that start with !.",
            maxLength: 1024,
          }),
        ),
        notSelector: Type.Optional(
          Type.String({
            title: 'Excluded peers by label',
            description: 'The address belongs to no endpoint or network set whose labels match.',
            maxLength: 1024,
          }),
        ),
        namespaceSelector: peersByNamespace,
        ports: ports({
          title: 'Ports',
          description:
            'One of these ports, ranges or names of ports that endpoints give. Numbers need protocol TCP, UDP or SCTP.',
        }),
        notPorts: ports({
          title: 'Excluded ports',
          description: 'None of these ports, ranges or names. Numbers need protocol TCP, UDP or SCTP.',
        }),
      },
      { ...about, additionalProperties: false },
    ),
  )

export const rule = Type.Object(
  {
    action: Type.Enum(['Allow', 'Deny', 'Log', 'Pass'], {
      title: 'Action',
      enumDescriptions: [
        'Accepts the packet.',
        'Drops the packet.',
        'Writes a line to the kernel log and goes on with the next rule: it decides nothing.',
        'Leaves the tier: the next one is asked, and after the last one the profiles.',
      ],
      description:
        'Allow accepts, Deny drops, Log writes a kernel log line and goes on with the next rule, Pass leaves the tier and asks the next one, or the profiles.',
    }),
    ipVersion: Type.Optional(
      Type.Enum([4, 6], {
        title: 'IP version',
        enumDescriptions: ['IPv4 packets only.', 'IPv6 packets only.'],
        description: 'Only packets of this family; absent: both, unless networks say otherwise.',
      }),
    ),
    protocol: protocol({
      title: 'Protocol',
      description: 'TCP, UDP, ICMP, ICMPv6, SCTP, UDPLite or a number from 1 to 255.',
    }),
    notProtocol: protocol({ title: 'Excluded protocol', description: 'Every protocol but this one.' }),
    icmp: icmp({ title: 'ICMP', description: 'Type and code of an ICMP packet. Needs protocol ICMP or ICMPv6.' }),
    notICMP: icmp({ title: 'Excluded ICMP', description: 'Not this type and code. Needs protocol ICMP or ICMPv6.' }),
    source: entity({
      title: 'Source',
      description: 'Where the packet comes from. Everything given must hold at once.',
    }),
    destination: entity({
      title: 'Destination',
      description: 'Where the packet goes. Everything given must hold at once.',
    }),
    metadata: Type.Optional(
      Type.Object(
        {
          annotations: Type.Optional(
            annotationMap('Notes for people, such as tickets, and what rampart knows of the rule.'),
          ),
        },
        {
          title: 'Notes',
          description: 'Says something about the rule, for people and for tools.',
          additionalProperties: false,
        },
      ),
    ),
  },
  {
    title: 'Rule',
    description:
      'Matches packets for which everything given holds; the first matching rule with Allow, Deny or Pass decides.',
    additionalProperties: false,
  },
)

export const rules = (about: { readonly title: string; readonly description: string }) =>
  Type.Optional(Type.Array(rule, { ...about, maxItems: 1024 }))

export type RuleDocument = Static<typeof rule>
export type EntityRuleDocument = NonNullable<RuleDocument['source']>
