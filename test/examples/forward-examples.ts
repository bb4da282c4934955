/** EX-25 to EX-54: forwarding, workloads, pre-DNAT and untracked policy. */

import {
  changed,
  e0,
  e0Open,
  e1,
  example,
  forward,
  given,
  gnp,
  nothing,
  preDnat,
  refused,
  settings,
  untracked,
  type WorkedExample,
  wep,
} from './resources.ts'

const isE0 = "hep == 'e0'"
const isE1 = "hep == 'e1'"
const inward = 'oif=eth1 dst=10.0.0.5'
const outward = 'iif=eth1 oif=eth0 src=10.0.0.5 dst=198.51.100.7'
const a = "app == 'a'"
const toA = 'oif=cali1 dst=10.65.0.2'
const fromA = 'iif=cali1 src=10.65.0.2'
const toInternet = `${fromA} oif=eth0 dst=198.51.100.1`
const toHost = `${fromA} dst=10.0.0.1 dport=9100`
const fromHost = 'iif= oif=eth0 src=203.0.113.10 dst=192.0.2.1'

const q = gnp('q', isE0, { in: ['D'], spec: { ...preDnat, order: 20 } })
const r = (...rules: readonly string[]) => gnp('r', isE0, { in: rules, spec: { ...preDnat, order: 10 } })
const setup = [e0, wep('a'), wep('b')]
const published = `${toA} dport=80 orig-dst=203.0.113.10 orig-dport=31852`
const memcached = gnp('memcached', isE0, { in: ['A tcp dst 11211'], spec: untracked })
const reply = `${fromHost} sport=11211 dport=40000`

export const forwardExamples: readonly WorkedExample[] = [
  example('EX-25', given([e0, e1, gnp('d', 'has(hep)', { in: ['D'], eg: ['D'] })], `${inward} dport=80 allow`)),
  example(
    'EX-26',
    given(
      [e0, e1, gnp('web', isE0, { in: ['A tcp dst 443'], spec: forward })],
      `${inward} dport=443 allow`,
      `${inward} dport=80 deny`,
    ),
    changed('DV-4', [e0, e1, gnp('web', isE0, { in: ['A tcp dst 443'], spec: forward })], `${outward} dport=80 allow`),
  ),
  example(
    'EX-27',
    given(
      [
        e0,
        e1,
        gnp('p1', isE0, { in: ['A tcp dst 443'], spec: forward }),
        gnp('p2', isE1, { eg: ['A tcp dst 80'], spec: forward }),
      ],
      `${inward} dport=443 deny`,
      `${inward} dport=80 deny`,
    ),
  ),
  example(
    'EX-28',
    given(
      [e0, e1, gnp('p', 'has(hep)', { in: ['A tcp dst 443'], spec: { ...forward, types: ['Ingress', 'Egress'] } })],
      `${inward} dport=443 deny`,
    ),
  ),
  example(
    'EX-29',
    given(
      [
        e0,
        e1,
        gnp('p1', isE0, { in: ['A tcp dst 443'], spec: forward }),
        gnp('p2', isE1, { eg: ['A tcp dst 443'], spec: forward }),
      ],
      `${inward} dport=443 allow`,
      `${outward} sport=443 dport=40000 state=established allow`,
    ),
  ),
  example(
    'EX-30',
    changed('DV-4', [e0, e1, gnp('p', isE0, { in: ['Pass'], spec: forward })], `${inward} dport=80 allow`),
  ),
  example(
    'EX-31',
    changed('DV-4', [e0, gnp('p', isE0, { in: ['D'], spec: forward })], `${outward} dport=80 allow`),
    given([e0, gnp('p', isE0, { in: ['D'], spec: forward })], `${inward} dport=80 deny`),
  ),
  example(
    'EX-32',
    given([e0], `${inward} dport=80 state=invalid deny`),
    given(nothing, `${inward} dport=80 state=invalid allow`),
  ),
  example('EX-33', given([...setup, gnp('p', isE0, { in: ['D'] })], `${toA} dport=80 allow`)),
  example(
    'EX-34',
    given([...setup, gnp('p', isE0, { in: ['A'], spec: forward }), gnp('w', a, { in: ['D'] })], `${toA} dport=80 deny`),
  ),
  example(
    'EX-35',
    given(
      [...setup, gnp('p', isE0, { eg: ['A tcp dst 443'], spec: forward })],
      `${toInternet} dport=80 deny`,
      `${toInternet} dport=443 allow`,
    ),
  ),
  example(
    'EX-36',
    ...[
      [],
      [gnp('o', a, { eg: ['A tcp dst 80'] })],
      [gnp('o', a, { eg: ['D'] })],
      [gnp('i', "app == 'b'", { in: ['D'] })],
    ].map((more, index) =>
      given([...setup, e1, ...more], `${fromA} oif=cali2 dst=10.65.0.3 dport=80 ${index < 2 ? 'allow' : 'deny'}`),
    ),
  ),
  example(
    'EX-37',
    given([e0, gnp('p', isE0, { in: ['D'], spec: forward })], `${inward} dport=22 deny`, 'dport=22 allow'),
  ),
  example('EX-38', given(setup, 'oif=cali9 dst=10.65.0.9 deny', 'iif= oif=cali9 src=10.0.0.1 dst=10.65.0.9 allow')),
  example(
    'EX-39',
    ...['Drop', 'Accept', 'Return'].map((action) =>
      given(
        [
          ...setup,
          e1,
          gnp('all', 'has(hep)', { in: ['A'], eg: ['A'] }),
          settings({ defaultEndpointToHostAction: action }),
        ],
        `${toHost} ${action === 'Drop' ? 'deny' : 'allow'}`,
      ),
    ),
  ),
  example('EX-40', given([...setup, gnp('w', a, { in: ['D'] })], 'iif= oif=cali1 src=10.0.0.1 dst=10.65.0.2 allow')),
  example(
    'EX-41',
    given(
      [...setup, gnp('w', a, { eg: ['D'] }), settings({ defaultEndpointToHostAction: 'Accept' })],
      'iif=cali1 src=fd00:65::2 dst=ff02::1:ff00:1 proto=icmpv6 icmp-type=135 state=untracked allow',
      'iif=cali1 src=fd00:65::2 dst=fd00:65::1 proto=icmpv6 icmp-type=128 deny',
    ),
  ),
  example(
    'EX-42',
    given([...setup, q], `${published} deny`),
    given([...setup, q, r('A tcp dst 31852')], `${published} allow`),
    given([...setup, q, r('A tcp dst 80')], `${published} deny`),
    given([...setup, q, r('A tcp dst 31852'), gnp('w', a, { in: ['D'] })], `${published} deny`),
  ),
  example('EX-43', given([...setup, q, r('A tcp dst 9090')], 'dst=203.0.113.10 dport=9090 allow')),
  example(
    'EX-44',
    given([...setup, e1, r('A tcp dst 31852')], 'dst=203.0.113.10 dport=9090 deny', `${inward} dport=80 allow`),
  ),
  example(
    'EX-45',
    given(
      [...setup, e1, q, r('A dst 10.0.0.0/24'), gnp('o', isE1, { eg: ['D'], spec: forward })],
      `${inward} dport=443 deny`,
    ),
  ),
  example(
    'EX-46',
    changed('DV-3', [...setup, q], `${inward} dport=22 deny`),
    given([...setup, q], `${inward} dport=2222 deny`),
  ),
  example('EX-47', given([...setup, q], 'dst=203.0.113.10 state=established allow')),
  example('EX-48', given([...setup, q], `${toInternet} allow`)),
  example(
    'EX-49',
    refused(gnp('p', isE0, { in: ['A'], spec: { preDNAT: true } })),
    refused(gnp('p', isE0, { eg: ['A'], spec: preDnat })),
    refused(gnp('p', isE0, { in: ['A'], spec: { ...preDnat, doNotTrack: true } })),
    refused(gnp('p', isE0, { in: ['A'], spec: { ...preDnat, types: ['Ingress', 'Egress'] } })),
  ),
  example('EX-50', given([e0Open, memcached], 'dport=11211 allow', `${reply} state=invalid deny`)),
  example(
    'EX-51',
    given(
      [e0Open, memcached, gnp('replies', isE0, { eg: ['A tcp src 11211'], spec: untracked })],
      'dport=11211 allow',
      `${reply} state=invalid allow`,
    ),
  ),
  example(
    'EX-52',
    given(
      [e0Open, gnp('memcached', isE0, { in: ['A udp dst 11211'], spec: untracked })],
      'proto=udp dport=11211 allow',
      `${reply} proto=udp allow`,
    ),
  ),
  example(
    'EX-53',
    given(
      [...setup, gnp('web', isE0, { in: ['A tcp dst 80'], spec: untracked })],
      `${toA} dport=80 allow`,
      `${toInternet} sport=80 dport=40000 state=invalid deny`,
    ),
  ),
  example(
    'EX-54',
    given(
      [e0, gnp('block', isE0, { in: ['D src 192.0.2.0/24'], spec: untracked })],
      'src=192.0.2.9 dst=203.0.113.10 dport=22 allow',
      'src=192.0.2.9 dport=80 deny',
    ),
  ),
]
