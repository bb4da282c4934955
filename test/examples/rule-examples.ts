/** EX-66 to EX-82: rules, sets and settings. */

import {
  changed,
  e0,
  e0Open,
  example,
  type Fields,
  given,
  gnp,
  hep,
  labelled,
  refused,
  refusedBy,
  resource,
  settings,
  specOf,
  valid,
  type WorkedExample,
} from './resources.ts'

const isE0 = "hep == 'e0'"
const allowFrom = (source: Fields) => gnp('from', isE0, { in: [{ action: 'Allow', source }] })
const allowTo = (rule: Fields) => gnp('to', isE0, { in: [{ action: 'Allow', ...rule }] })
const tcpTo = (...ports: readonly (string | number)[]) => allowTo({ protocol: 'TCP', destination: { ports } })
const set = (name: string, role: string, nets: readonly string[]) =>
  labelled(resource('GlobalNetworkSet', name, { nets }), { role })
const lan = set('s1', 'lan', ['10.0.0.0/8'])
const guest = set('s2', 'guest', ['10.9.0.0/16'])
const ipv6 = 'src=2001:db8::1 dst=2001:db8::2'

export const ruleExamples: readonly WorkedExample[] = [
  example(
    'EX-66',
    given(
      [
        e0,
        labelled(resource('HostEndpoint', 'c', { node: 'h2', interfaceName: 'eth0' }), { role: 'client' }),
        allowFrom({ selector: "role == 'client'" }),
      ],
      'src=198.51.100.20 deny',
    ),
  ),
  example(
    'EX-67',
    given([e0, allowFrom({ notSelector: "role == 'bad'" })], 'src=8.8.8.8 allow'),
    given([e0, allowFrom({ selector: "role != 'bad'" })], 'src=8.8.8.8 deny'),
  ),
  example(
    'EX-68',
    changed(
      'DV-6',
      [e0, lan, guest, allowFrom({ selector: "role == 'lan'", notSelector: "role == 'guest'" })],
      'src=10.9.1.1 deny',
    ),
    given(
      [e0, lan, guest, allowFrom({ nets: ['10.0.0.0/8'], notSelector: "role == 'guest'" })],
      'src=10.9.1.1 deny',
      'src=10.8.1.1 allow',
    ),
  ),
  example(
    'EX-69',
    given([e0, lan, allowFrom({ selector: "role == 'lan'", nets: ['192.168.0.0/16'] })], 'src=10.1.1.1 deny'),
  ),
  example('EX-70', refusedBy('DV-19', e0, allowFrom({ nets: [] }))),
  example(
    'EX-71',
    given([e0, allowFrom({ notNets: ['10.0.0.0/8'] })], `${ipv6} deny`, 'src=10.1.1.1 deny', 'src=192.0.2.1 allow'),
  ),
  example(
    'EX-72',
    refused(allowTo({ source: { nets: ['10.0.0.0/8'] }, destination: { nets: ['2001:db8::/32'] } })),
    refused(allowFrom({ nets: ['10.0.0.1'] })),
    refused(allowFrom({ nets: ['10.0.0.1/24'] })),
    given(
      [e0, set('s', 'lan', ['10.0.0.1/24']), allowFrom({ selector: "role == 'lan'" })],
      'src=10.0.0.200 allow',
      'src=10.0.1.1 deny',
    ),
  ),
  example(
    'EX-73',
    given(
      [
        hep('e0', {
          interfaceName: 'eth0',
          expectedIPs: ['203.0.113.10'],
          ports: [{ name: 'http', protocol: 'TCP', port: 8080 }],
        }),
        tcpTo('http', 443),
      ],
      ...[
        '203.0.113.10 8080 allow',
        '203.0.113.10 443 allow',
        '203.0.113.10 80 deny',
        '203.0.113.11 8080 deny',
        '203.0.113.11 443 allow',
      ].map((text) => text.replace(/^(\S+) (\d+)/, 'dst=$1 dport=$2')),
    ),
  ),
  example(
    'EX-74',
    valid(e0, tcpTo('8000:8010')),
    refused(tcpTo('8000-8010')),
    refused(tcpTo(0)),
    refused(allowTo({ destination: { ports: [443] } })),
    refused(allowTo({ notProtocol: 'UDP', destination: { ports: [443] } })),
    refused(allowTo({ protocol: 'UDPLite', destination: { ports: [443] } })),
    refused(allowTo({ protocol: 'tcp' })),
  ),
  example(
    'EX-75',
    given([e0, lan, allowFrom({ namespaceSelector: 'all()' })], 'src=10.1.1.1 deny'),
    given(
      [e0, lan, guest, allowFrom({ namespaceSelector: 'global()', selector: "role == 'lan'" })],
      'src=10.1.1.1 allow',
      'src=192.0.2.1 deny',
    ),
  ),
  example(
    'EX-76',
    given(
      [
        e0Open,
        {
          kind: 'NetworkPolicy',
          metadata: { name: 'np', namespace: 'default' },
          spec: { selector: 'all()', ...specOf({ in: ['D'] }) },
        },
      ],
      'dport=80 allow',
    ),
  ),
  example(
    'EX-77',
    given(
      [
        hep('e0', { interfaceName: 'eth0', profiles: ['p1'] }, { env: 'dev' }),
        resource('Profile', 'p1', { labelsToApply: { env: 'prod', site: 'x' } }),
        gnp('no', "env == 'prod'", { in: ['A tcp dst 80'] }),
        gnp('yes', "site == 'x'", { in: ['A tcp dst 81'] }),
      ],
      'dport=80 deny',
      'dport=81 allow',
    ),
  ),
  example('EX-78', changed('DV-15', [e0, gnp('p', `${isE0}\n`, { in: ['A tcp dst 80'] })], 'dport=80 allow')),
  example(
    'EX-79',
    changed(
      'DV-5',
      [e0, gnp('ssh', isE0, { in: ['A tcp dst 22'] })],
      'src=fe80::1 dst=ff02::1:ff00:10 proto=icmpv6 icmp-type=135 state=untracked allow',
      `${ipv6} dport=22 allow`,
    ),
  ),
  example(
    'EX-80',
    given(
      [e0, allowTo({ protocol: 'ICMP', icmp: { type: 8 } })],
      'proto=icmp icmp-type=8 allow',
      'proto=icmp icmp-type=3 icmp-code=4 state=related allow',
      'proto=icmp icmp-type=3 icmp-code=4 deny',
      `${ipv6} proto=icmpv6 icmp-type=128 deny`,
    ),
  ),
  example('EX-81', given([e0], 'dport=80 state=established allow', 'dport=80 deny')),
  example(
    'EX-82',
    given(
      [e0, settings({ failsafeInboundHostPorts: [{ protocol: 'TCP', port: 22, net: '192.0.2.0/24' }] })],
      'src=192.0.2.5 dport=22 allow',
      'src=198.51.100.5 dport=22 deny',
      `${ipv6} dport=22 deny`,
    ),
  ),
]
