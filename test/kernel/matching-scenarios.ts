/** Behaviour.md sections 6 and 7 as policies and probes: what rules match, who peers are, what merged rules count. */

import {
  allow,
  deny,
  e0,
  endpoint,
  networkSet,
  noFailsafes,
  policy,
  profile,
  type Scenario,
  tcpTo,
  udpTo,
} from './packet-policies.ts'

const peer = (name: string, labels: object, expectedIPs: readonly string[]): object =>
  endpoint(
    name,
    { node: 'h2', interfaceName: 'eth0', ...(expectedIPs.length === 0 ? {} : { expectedIPs }) },
    { ...labels },
  )

export const matchingScenarios: readonly Scenario[] = [
  {
    title: 'peers by selector',
    documents: [
      e0(),
      peer('client', { role: 'client' }, []),
      peer('other', { role: 'web' }, ['192.0.2.5', '2001:db8:5::5']),
      peer('elsewhere', { role: 'moved' }, ['198.51.100.9']),
      networkSet('friends', { role: 'friends' }, ['192.0.2.64/29', '2001:db8:66::/64']),
      policy('peers', {
        ingress: [
          allow({ ...tcpTo(80), source: { selector: "role == 'client'" } }),
          allow({ ...tcpTo(443), source: { selector: "role == 'web'" } }),
          allow({ ...tcpTo(5432), source: { selector: "role == 'moved'" } }),
          allow({ ...udpTo(53), source: { selector: "role in {'friends', 'web'}" } }),
          allow({ ...udpTo(80), source: { selector: 'all()' } }),
          allow({ ...udpTo(123), source: { selector: "role != 'web'" } }),
        ],
      }),
    ],
    probes: [
      'EX-66 world>host tcp/80 drop',
      'EX-66 manager>host tcp/443 pass',
      'EX-66 world>host tcp/443 drop',
      'EX-64 world>host tcp4/5432 drop',
      'RM-16 bad>host udp/53 pass',
      'RM-16 manager>host udp/53 pass',
      'RM-16 world>host udp/53 drop',
      'RM-16 partner>host udp/80 pass',
      'RM-16 world>host udp/80 drop',
      'RM-13 bad>host udp/123 pass',
      'RM-13 manager>host udp/123 drop',
      'EX-67 world>host udp/123 drop',
    ],
  },
  {
    title: 'everybody but some peers',
    documents: [
      e0(),
      networkSet('guests', { role: 'guest' }, ['198.51.100.0/29', '2001:db8:7::/64']),
      networkSet('lan', { role: 'lan' }, ['198.51.100.0/24', '192.0.2.0/24', '2001:db8:5::/64']),
      policy('but', {
        ingress: [
          allow({ ...tcpTo(80), source: { notSelector: "role == 'nobody'" } }),
          allow({ ...tcpTo(443), source: { selector: "role == 'lan'", notSelector: "role == 'guest'" } }),
          allow({ ...tcpTo(5432), source: { selector: "role == 'lan'", nets: ['198.51.100.0/24'] } }),
          allow({ ...udpTo(53), source: { notNets: ['198.51.100.0/24'] } }),
          allow({ ...udpTo(80), source: { nets: ['192.0.2.0/24'], notNets: ['192.0.2.64/28'] } }),
          allow({ ...udpTo(4000), source: { notSelector: "role == 'guest'" } }),
        ],
      }),
    ],
    probes: [
      'EX-67 world>host tcp/80 pass',
      'EX-68 manager>host tcp/443 pass',
      'DV-6 world>host tcp/443 drop',
      'EX-69 world>host tcp4/5432 pass',
      'EX-69 manager>host tcp4/5432 drop',
      'EX-71 manager>host udp4/53 pass',
      'EX-71 world>host udp4/53 drop',
      'DV-7 manager>host udp6/53 drop',
      'RM-2 manager>host udp4/80 pass',
      'RM-2 bad>host udp4/80 drop',
      'RM-12 world>host udp/4000 drop',
      'RM-12 bad>host udp/4000 pass',
    ],
  },
  {
    title: 'ports and protocols',
    documents: [
      e0(),
      noFailsafes,
      policy('ports', {
        ingress: [
          deny({ protocol: 'TCP', destination: { ports: ['440:450'], notPorts: [443] } }),
          allow({ protocol: 'TCP', destination: { ports: ['8000:8100', 22, '443:444'] } }),
          allow({ protocol: 'UDP', destination: { notPorts: [53, '1000:1001'] }, source: { ports: ['1024:65535'] } }),
          allow({ protocol: 'SCTP', destination: { ports: [80] } }),
          allow({ protocol: 'TCP', source: { ports: [1, 2] } }),
          allow({ protocol: 253, destination: { nets: ['203.0.113.11/32'] } }),
          allow({ ipVersion: 6, protocol: 'TCP', destination: { ports: [5432] } }),
          allow({ ipVersion: 4, protocol: 248 }),
        ],
      }),
    ],
    probes: [
      'EX-74 world>host tcp/8080 pass',
      'EX-74 world>host tcp/22 pass',
      'RM-30 world>host tcp/443 pass',
      'RM-30 world>host tcp/444 drop',
      'RM-30 world>host tcp/80 drop',
      'RM-30 world>host udp/123 pass',
      'RM-30 world>host udp/53 drop',
      'RM-30 world>host udp/1001 drop',
      'RM-30 world>host udp/1002 pass',
      'RM-30 world>host sctp/80 pass',
      'RM-30 world>host sctp/81 drop',
      'RM-17 world>second protocol4/253 pass',
      'RM-17 world>host protocol4/253 drop',
      'RM-20 world>host tcp6/5432 pass',
      'RM-20 world>host tcp4/5432 drop',
      'RM-20 world>host protocol4/248 pass',
      'RM-20 world>host protocol6/248 drop',
    ],
  },
  {
    title: 'what a protocol is not',
    documents: [
      e0(),
      noFailsafes,
      policy('not', { ingress: [allow({ notProtocol: 'TCP' })], egress: [allow({ notProtocol: 17 })] }),
    ],
    probes: [
      'RM-2 world>host udp/80 pass',
      'RM-2 world>host protocol/247 pass',
      'RM-2 world>host tcp/80 drop',
      'RM-2 host>world tcp/80 pass',
      'RM-2 host>world udp/80 drop',
    ],
  },
  {
    title: 'ICMP',
    documents: [e0(), policy('ping', { ingress: [allow({ protocol: 'ICMP', icmp: { type: 8 } })] })],
    probes: [
      'EX-80 world>host icmp4/8.0 pass',
      'EX-80 world>host icmp4/8.7 pass',
      'EX-80 world>host icmp4/13.0 drop',
      'EX-80 world>host icmp4/3.4 drop',
      'EX-80 world>host icmp6/128.0 drop',
    ],
  },
  {
    title: 'ICMP of any type',
    documents: [
      e0(),
      policy('ping', { ingress: [allow({ protocol: 'ICMP' })], egress: [allow({ protocol: 'ICMPv6' })] }),
    ],
    probes: [
      'RM-20 world>host icmp4/8.0 pass',
      'RM-20 world>host icmp4/13.0 pass',
      'RM-20 world>host icmp6/128.0 drop',
      'RM-20 host>world icmp6/128.0 pass',
      'RM-20 host>world icmp4/8.0 drop',
      'RM-20 host>world protocol4/58 drop',
    ],
  },
  {
    title: 'ICMP of any type and code but one',
    documents: [
      e0(),
      policy('pair', {
        ingress: [
          allow({ protocol: 'ICMP', notICMP: { type: 8, code: 0 } }),
          allow({ protocol: 'ICMPv6', icmp: { type: 128, code: 0 } }),
        ],
        egress: [
          allow({ protocol: 'ICMP', notICMP: { type: 8 } }),
          allow({ protocol: 'ICMPv6', notICMP: { type: 128, code: 3 } }),
        ],
      }),
    ],
    probes: [
      'RM-40 world>host icmp4/8.0 drop',
      'RM-40 world>host icmp4/8.5 pass',
      'RM-40 world>host icmp4/13.0 pass',
      'RM-40 world>host icmp6/128.0 pass',
      'RM-40 world>host icmp6/128.1 drop',
      'RM-40 host>world icmp4/8.0 drop',
      'RM-40 host>world icmp4/8.1 drop',
      'RM-40 host>world icmp4/13.0 pass',
      'RM-40 host>world icmp6/128.0 pass',
      'RM-40 host>world icmp6/128.3 drop',
    ],
  },
  {
    title: 'inherited labels, and a selector that ends with a line break',
    documents: [
      endpoint('e0', { interfaceName: 'eth0', profiles: ['lender'] }, { hep: 'e0', env: 'dev' }),
      profile('lender', { labelsToApply: { env: 'prod', site: 'x' } }),
      policy('prod', { order: 1, selector: "env == 'prod'", ingress: [allow(tcpTo(80))] }),
      policy('site', { order: 2, selector: "site == 'x'", ingress: [allow(tcpTo(443))] }),
      policy('trailing', { order: 3, selector: "hep == 'e0'\n", ingress: [allow(tcpTo(5432))] }),
    ],
    probes: ['EX-77 world>host tcp/80 drop', 'EX-77 world>host tcp/443 pass', 'EX-78 world>host tcp/5432 pass'],
  },
]
