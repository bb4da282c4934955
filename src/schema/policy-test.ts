/** The schema of PolicyTest. */

import Type, { type Static } from 'typebox'
import { rampartDocument } from './document.ts'
import { peersByNamespace } from './rule.ts'

interface About {
  readonly title: string
  readonly description: string
}

const peers = {
  selector: Type.Optional(
    Type.String({
      title: 'Peers by label',
      description:
        "The addresses of endpoints and network sets whose labels match, as in a rule: `role == 'web'`. Quote selectors that start with !.",
      maxLength: 1024,
    }),
  ),
  notSelector: Type.Optional(
    Type.String({
      title: 'Excluded peers by label',
      description: 'No address of endpoints and network sets whose labels match.',
      maxLength: 1024,
    }),
  ),
  namespaceSelector: peersByNamespace,
}

/** With what `peers` describes. */
export interface PeersDocument {
  readonly selector?: string
  readonly notSelector?: string
  readonly namespaceSelector?: string
}
export type AddressesDocument = string | PeersDocument | readonly (string | PeersDocument)[]

const examples = ['any', '198.51.100.7', '10.0.0.0/8', { selector: "role == 'web'" }]

const addresses = (about: About) =>
  Type.Optional(
    Type.Unsafe<AddressesDocument>({
      type: ['string', 'object', 'array'],
      ...about,
      examples: [...examples, ['10.0.0.0/8', '2001:db8::/32']],
      properties: peers,
      additionalProperties: false,
      items: { type: ['string', 'object'], examples, properties: peers, additionalProperties: false },
      minItems: 1,
    }),
  )

/** Numbers, ranges of them, words: one or several. */
export type NumbersDocument = string | number | readonly (string | number)[]

const numbers = (about: About & { readonly examples: readonly unknown[] }) =>
  Type.Optional(
    Type.Unsafe<NumbersDocument>({
      type: ['integer', 'string', 'array'],
      ...about,
      items: { type: ['integer', 'string'] },
      minItems: 1,
    }),
  )

const ports = { examples: [443, '8000:8010', [80, 443]] }

const testCase = Type.Object(
  {
    name: Type.String({
      title: 'Name',
      description: 'What is promised, as a sentence: the world reaches https.',
      examples: ['the world reaches https', 'nobody reaches the database'],
    }),
    iif: Type.Optional(
      Type.String({
        title: 'Comes in on',
        description: 'An interface. Alone: the packets end on the host. With oif: they are forwarded.',
        examples: ['eth0'],
      }),
    ),
    oif: Type.Optional(
      Type.String({
        title: 'Goes out on',
        description: 'An interface. Alone: the host sends the packets. With iif: they are forwarded.',
        examples: ['eth1'],
      }),
    ),
    src: addresses({
      title: 'Source',
      description: 'any (also when it is absent), an address, a network, peers by selector, or a list of these.',
    }),
    dst: addresses({
      title: 'Destination',
      description:
        'any (also when it is absent), an address, a network, peers by selector, or a list of these. After DNAT.',
    }),
    proto: numbers({
      title: 'Protocol',
      description:
        'tcp, udp, icmp (IPv4), icmpv6 (IPv6), sctp, udplite, a number from 1 to 255, or a list of these; any (also when it is absent) leaves out only the IPv6 neighbour discovery that is always accepted.',
      examples: ['tcp', 'udp', 'icmp', 'icmpv6', ['tcp', 'udp'], 112],
    }),
    sport: numbers({ title: 'Source port', description: 'A port, a range, a list of these, or any.', ...ports }),
    dport: numbers({
      title: 'Destination port',
      description: 'A port, a range, a list of these, or any. After DNAT. Needs proto tcp, udp, sctp or udplite.',
      ...ports,
    }),
    'icmp-type': numbers({
      title: 'ICMP type',
      description: 'A type, a range, a list of these, or any. Needs proto icmp or icmpv6.',
      examples: [8, 128],
    }),
    'icmp-code': numbers({
      title: 'ICMP code',
      description: 'A code, a range, a list of these, or any. Only together with a type.',
      examples: [0],
    }),
    state: Type.Optional(
      Type.Enum(['new', 'established', 'related', 'untracked', 'invalid'], {
        title: 'Connection state',
        description: 'What connection tracking says of the packets; absent: new, the first packet of a connection.',
        enumDescriptions: [
          'The first packet of a connection.',
          'A packet of a connection that is known.',
          'An error message about a known connection, or a connection that it opened.',
          'A packet that connection tracking was told to ignore.',
          'A packet that belongs to no connection and cannot start one.',
        ],
      }),
    ),
    'orig-dst': addresses({
      title: 'Original destination',
      description: 'Where the packets were sent before DNAT. Without it and orig-dport they were not rewritten.',
    }),
    'orig-dport': numbers({
      title: 'Original destination port',
      description: 'The port to which the packets were sent before DNAT.',
      ...ports,
    }),
    expect: Type.Enum(['allow', 'deny'], {
      title: 'Expected',
      description: 'What must become of every packet that the case describes.',
      enumDescriptions: ['Each of them passes.', 'None of them passes.'],
    }),
  },
  {
    title: 'Case',
    description: 'Holds only if it holds for all packets that it describes; what is not said may be anything.',
    additionalProperties: false,
  },
)

export const policyTest = rampartDocument('PolicyTest', {
  title: 'PolicyTest',
  description:
    'What must be true of some hosts whatever the policies say. `rampart validate` and `rampart test` judge it, and an agent applies no revision whose tests of its host fail.',
  spec: Type.Object(
    {
      host: Type.Optional(Type.String({ title: 'Host', description: 'The name of the host, in lower case.' })),
      hosts: Type.Optional(
        Type.Array(Type.String(), {
          title: 'Hosts',
          description: 'Several hosts by name: each case must hold on each of them.',
          minItems: 1,
          uniqueItems: true,
        }),
      ),
      selector: Type.Optional(
        Type.String({
          title: 'Hosts by label',
          description: "Every host that has a host endpoint with such labels, as `role == 'web'`.",
          maxLength: 1024,
        }),
      ),
      cases: Type.Array(testCase, {
        title: 'Cases',
        description: 'What must be true, each judged on its own.',
        minItems: 1,
        maxItems: 1024,
      }),
    },
    {
      title: 'Test',
      description: 'Which hosts, by exactly one of host, hosts and selector, and what must be true there.',
      additionalProperties: false,
    },
  ),
})

export type PolicyTestDocument = Static<typeof policyTest>
export type TestCaseDocument = Static<typeof testCase>
