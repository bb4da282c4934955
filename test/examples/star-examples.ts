/** EX-55 to EX-65: star endpoints, and which endpoint governs an interface. */

import {
  changed,
  e0,
  e0Open,
  e1,
  example,
  forward,
  given,
  gnp,
  hep,
  openProfile,
  preDnat,
  refusedBy,
  settings,
  star,
  untracked,
  type WorkedExample,
  wep,
} from './resources.ts'

const isE0 = "hep == 'e0'"
const isStar = "hep == 'star'"
const psql = 'iif= oif=lo src=127.0.0.1 dst=127.0.0.1 dport=5432'
const workloads = [wep('a'), wep('b')]
const toWorkload = 'iif=cali1 src=10.65.0.2 oif=cali2 dst=10.65.0.3'
const toHost = 'iif=cali1 src=10.65.0.2 dst=10.0.0.1'

export const starExamples: readonly WorkedExample[] = [
  example('EX-55', refusedBy('DV-10', star, gnp('p', isStar, { in: ['D'], spec: untracked }))),
  example('EX-56', changed('DV-1', [star], `${psql} allow`, 'iif=lo src=127.0.0.1 dst=127.0.0.1 dport=5432 allow')),
  example(
    'EX-57',
    given([star, hep('lo', { interfaceName: 'lo', profiles: [openProfile] })], `${psql} allow`),
    given([star, hep('lo', { interfaceName: 'lo' })], `${psql} deny`),
  ),
  example(
    'EX-58',
    given([star, gnp('p', isStar, { in: ['A'], eg: ['A'] }), e0], 'dport=80 deny', 'iif=eth1 dport=80 allow'),
  ),
  example(
    'EX-59',
    changed(
      'DV-2',
      [star, gnp('q', isStar, { in: ['D'], spec: preDnat }), e0, gnp('web', isE0, { in: ['A tcp dst 80'] })],
      'dport=80 allow',
      'iif=eth1 dport=80 deny',
    ),
    given(
      [
        star,
        gnp('q', isStar, { in: ['D'], spec: preDnat }),
        e0Open,
        gnp('r', isE0, { in: ['D tcp dst 81'], spec: preDnat }),
      ],
      'dport=80 allow',
      'dport=81 deny',
    ),
  ),
  example('EX-60', given([star, ...workloads, gnp('p', isStar, { in: ['D'], spec: forward })], `${toWorkload} deny`)),
  example(
    'EX-61',
    given(
      [star, ...workloads, settings({ defaultEndpointToHostAction: 'Accept' }), gnp('p', isStar, { in: ['D'] })],
      `${toHost} allow`,
    ),
    given(
      [
        star,
        ...workloads,
        settings({ defaultEndpointToHostAction: 'Accept' }),
        gnp('q', isStar, { in: ['D'], spec: preDnat }),
      ],
      `${toHost} deny`,
    ),
  ),
  example('EX-62', given([hep('m', { expectedIPs: ['203.0.113.10', '10.0.0.1'] })], 'iif=eth0 deny', 'iif=eth1 deny')),
  example(
    'EX-63',
    ...['b', '0b'].map((name) =>
      given(
        [hep('a', { expectedIPs: ['203.0.113.10'], profiles: [openProfile] }), hep(name, { interfaceName: 'eth0' })],
        `dport=80 ${name === 'b' ? 'allow' : 'deny'}`,
      ),
    ),
  ),
  example(
    'EX-64',
    given(
      [
        hep('e0', { interfaceName: 'eth0', expectedIPs: ['198.51.100.9'] }),
        e1,
        gnp('p', "hep == 'e1'", { in: [{ action: 'Allow', source: { selector: isE0 } }] }),
      ],
      'dport=80 deny',
      'iif=eth1 src=198.51.100.9 allow',
      'iif=eth1 src=203.0.113.10 deny',
    ),
  ),
  example('EX-65', given([hep('e2', { interfaceName: 'eth2' })], 'iif=br0 allow')),
]
