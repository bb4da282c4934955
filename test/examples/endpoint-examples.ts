/** EX-01 to EX-24: local traffic, defaults, order, tiers. */

import {
  changed,
  e0,
  e0Open,
  example,
  given,
  gnp,
  hep,
  nothing,
  openProfile,
  refusedBy,
  resource,
  specOf,
  tier,
  type WorkedExample,
} from './resources.ts'

const out = 'iif= oif=eth0 src=203.0.113.10 dst=198.51.100.1'
const p = gnp
const isE0 = "hep == 'e0'"
const default443 = p('web', isE0, { in: ['A tcp dst 80'] })
const secure = tier('sec', { order: 10 })
const inSecure = (...rules: readonly string[]) => p('sec.web', isE0, { in: rules, spec: { tier: 'sec' } })

export const endpointExamples: readonly WorkedExample[] = [
  example('EX-01', given(nothing, 'dport=80 allow')),
  example('EX-02', given([e0], 'dport=80 deny')),
  example('EX-03', given([e0], 'dport=22 allow')),
  example(
    'EX-04',
    given([e0], `${out} proto=udp dport=53 allow`, `${out} dport=53 deny`, `${out} proto=udp dport=123 deny`),
  ),
  example(
    'EX-05',
    given([e0], 'iif=eth1 dport=80 allow', 'iif= oif=lo src=203.0.113.10 dst=203.0.113.10 proto=icmp allow'),
  ),
  example(
    'EX-06',
    given(
      [e0, p('web', isE0, { in: ['A tcp dst 80'], spec: { order: 10 } })],
      'dport=80 allow',
      `${out} sport=80 dport=40000 state=established allow`,
      `${out} dport=443 deny`,
    ),
  ),
  example('EX-07', given([e0, p('out', isE0, { eg: ['A'] })], 'dport=80 deny')),
  example('EX-08', given([e0Open], 'dport=80 allow', `${out} dport=443 allow`)),
  example(
    'EX-09',
    given(
      [
        e0Open,
        p('ssh', isE0, {
          in: [{ action: 'Allow', protocol: 'TCP', source: { nets: ['192.0.2.0/24'] }, destination: { ports: [22] } }],
        }),
      ],
      'dport=80 deny',
      `${out} dport=443 allow`,
      `${out} proto=253 allow`,
    ),
  ),
  example(
    'EX-10',
    given(
      [e0Open, resource('GlobalNetworkPolicy', 'log', specOf({ in: ['Log dst 8.8.8.8/32'] }))],
      'dport=80 deny',
      'dst=8.8.8.8 proto=icmp deny',
      'dport=22 allow',
    ),
  ),
  example(
    'EX-11',
    given([e0Open, p('block', isE0, { in: ['D src 192.0.2.66/32'] })], 'src=198.51.100.7 deny', 'src=192.0.2.66 deny'),
    given(
      [e0Open, p('block', isE0, { in: ['D src 192.0.2.66/32', 'Pass'] })],
      'src=198.51.100.7 allow',
      'src=192.0.2.66 deny',
    ),
  ),
  example('EX-12', given([e0Open, p('empty', isE0, {})], 'dport=80 deny', `${out} dport=80 allow`)),
  example(
    'EX-13',
    refusedBy('DV-21', e0Open, p('dead', isE0, { in: ['A'], eg: [], spec: { types: ['Egress'] } })),
    given([e0Open, p('dead', isE0, { spec: { types: ['Egress'] } })], 'dport=80 allow', `${out} dport=80 deny`),
  ),
  example(
    'EX-14',
    refusedBy('DV-9', hep('e0', { interfaceName: 'eth0', profiles: ['nowhere', openProfile] })),
    given(
      [hep('e0', { interfaceName: 'eth0', profiles: ['ghost', openProfile] }), resource('Profile', 'ghost', {})],
      'dport=80 deny',
    ),
    given(
      [hep('e0', { interfaceName: 'eth0', profiles: [openProfile, 'ghost'] }), resource('Profile', 'ghost', {})],
      'dport=80 allow',
    ),
  ),
  example(
    'EX-15',
    given(
      [
        hep('e0', { interfaceName: 'eth0', profiles: ['p1', 'p2'] }),
        resource('Profile', 'p1', specOf({ in: ['Pass'] })),
        resource('Profile', 'p2', specOf({ in: ['A'] })),
      ],
      'dport=80 allow',
    ),
  ),
  example(
    'EX-16',
    given(
      [
        e0,
        p('b-deny', isE0, { in: ['D tcp dst 80'], spec: { order: 10 } }),
        p('a-allow', isE0, { in: ['A tcp dst 80'], spec: { order: 10 } }),
      ],
      'dport=80 allow',
    ),
    given(
      [
        e0,
        p('b-deny', isE0, { in: ['D tcp dst 80'], spec: { order: 5 } }),
        p('a-allow', isE0, { in: ['A tcp dst 80'], spec: { order: 10 } }),
      ],
      'dport=80 deny',
    ),
  ),
  example(
    'EX-17',
    given([e0, p('z', isE0, { in: ['D'] }), p('y', isE0, { in: ['A'], spec: { order: 1e12 } })], 'dport=80 allow'),
    given(
      [e0, p('a', isE0, { in: ['D'], spec: { order: 0 } }), p('b', isE0, { in: ['A'], spec: { order: -5 } })],
      'dport=80 allow',
    ),
  ),
  example(
    'EX-18',
    changed(
      'DV-11',
      [e0, p('web', isE0, { in: ['D tcp dst 80'] }), p('web-extra', isE0, { in: ['A tcp dst 80'] })],
      'dport=80 deny',
    ),
  ),
  example(
    'EX-19',
    given([e0, secure, inSecure('A tcp dst 443'), default443], 'dport=80 deny', 'dport=443 allow'),
    given(
      [e0, tier('sec', { order: 10, defaultAction: 'Pass' }), inSecure('A tcp dst 443'), default443],
      'dport=80 allow',
    ),
  ),
  example(
    'EX-20',
    given(
      [e0, secure, inSecure('Pass tcp dst 80', 'A tcp dst 443'), default443],
      'dport=80 allow',
      'proto=udp dport=80 deny',
    ),
  ),
  example(
    'EX-21',
    given(
      [e0, secure, p('sec.out', isE0, { eg: ['A tcp dst 443'], spec: { tier: 'sec' } }), default443],
      'dport=80 allow',
    ),
  ),
  example(
    'EX-22',
    given(
      [
        e0,
        tier('late', {}),
        p('late.web', isE0, { in: ['A tcp dst 80'], spec: { tier: 'late' } }),
        p('web', isE0, { in: ['A tcp dst 443'] }),
      ],
      'dport=80 deny',
      'dport=443 allow',
    ),
  ),
  example(
    'EX-23',
    ...[e0Open, e0].map((endpoint) =>
      given(
        [endpoint, p('a', isE0, { in: ['Pass'], spec: { order: 1 } }), p('b', isE0, { in: ['D'], spec: { order: 2 } })],
        `dport=80 ${endpoint === e0Open ? 'allow' : 'deny'}`,
      ),
    ),
  ),
  example(
    'EX-24',
    ...[e0Open, e0].map((endpoint) =>
      given(
        [endpoint, resource('StagedGlobalNetworkPolicy', 'later', { selector: isE0, ...specOf({ in: ['D'] }) })],
        `dport=80 ${endpoint === e0Open ? 'allow' : 'deny'}`,
      ),
    ),
  ),
]
