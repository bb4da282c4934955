/** Behaviour.md section 10 as policies and probes: defaults, types, order, profiles. */

import {
  allow,
  allowAll,
  deny,
  e0,
  noFailsafes,
  policy,
  profile,
  type Scenario,
  tcpTo,
  udpTo,
} from './packet-policies.ts'

export const listScenarios: readonly Scenario[] = [
  {
    title: 'no endpoint',
    documents: [policy('deny', { ingress: [deny()] })],
    probes: [
      'EX-01 world>host tcp/80 pass',
      'F12 world>pc udp/53 pass',
      'EX-32 world>pc reset/80 pass',
      'F9 host>world udp/123 pass',
    ],
  },
  {
    title: 'an endpoint without policy',
    documents: [e0()],
    probes: [
      'EX-02 world>host tcp/80 drop',
      'EX-03 world>host tcp/22 pass',
      'EX-04 host>world udp/53 pass',
      'DV-17 host>world tcp/53 pass',
      'EX-04 host>world udp/123 drop',
      'EX-04 host>world tcp/80 drop',
      'DV-17 world>host tcp/179 drop',
      'EX-05 pc>router tcp/80 pass',
      'EX-05 host>host tcp/80 pass',
      'IF-30 host>second udp/53 pass',
      'FS-2 world>host udp/22 drop',
      'EV-55 world>host protocol/253 drop',
      'EV-40 world>host icmp4/8.0 drop',
      'EV-40 world>host icmp6/128.0 drop',
    ],
    counts: { 'failsafe/ingress/tcp-22': 2, 'failsafe/egress/tcp-53': 2, 'failsafe/egress/udp-53': 2 },
  },
  {
    title: 'ingress opened',
    documents: [e0(), policy('web', { order: 10, ingress: [allow(tcpTo(80))] })],
    probes: [
      'EX-06 world>host tcp/80 pass',
      'EX-06 world>second tcp/80 pass',
      'EX-06 host>world tcp/443 drop',
      'EX-06 world>host udp/80 drop',
      'EX-06 world>host tcp/443 drop',
    ],
    counts: { 'gnp/web/ingress/0': 4 },
  },
  {
    title: 'egress opened',
    documents: [e0(), policy('out', { egress: [allow()] })],
    probes: [
      'EX-07 world>host tcp/80 drop',
      'EX-07 host>world tcp/80 pass',
      'EX-07 host>world udp/4000 pass',
      'EX-07 host>world protocol/252 pass',
    ],
  },
  {
    title: 'the default-allow profile alone',
    documents: [e0(allowAll)],
    probes: [
      'EX-08 world>host tcp/80 pass',
      'EX-08 host>world udp/123 pass',
      'EX-08 world>host protocol/250 pass',
      'EV-50 world>host reset/80 drop',
    ],
  },
  {
    title: 'a policy beside the profile',
    documents: [
      e0(allowAll),
      policy('ssh', { ingress: [allow({ ...tcpTo(5432), source: { nets: ['192.0.2.0/24'] } })] }),
      noFailsafes,
    ],
    probes: [
      'EX-09 world>host tcp/80 drop',
      'EX-09 manager>host tcp4/5432 pass',
      'EX-09 manager>host tcp6/5432 drop',
      'EX-09 host>world tcp/80 pass',
      'EX-09 world>host tcp/22 drop',
    ],
  },
  {
    title: 'a policy that only logs',
    documents: [
      e0(allowAll),
      policy('log', { selector: '', ingress: [{ action: 'Log', destination: { nets: ['203.0.113.10/32'] } }] }),
    ],
    probes: ['EX-10 world>host tcp4/80 drop', 'EX-10 world>second tcp4/80 drop', 'EX-10 world>host tcp/22 pass'],
    counts: { 'gnp/log/ingress/0': 1, 'endpoint/e0/ingress/denied': 2 },
  },
  {
    title: 'a log rule before an allow rule',
    documents: [e0(), policy('log', { ingress: [{ action: 'Log', ...tcpTo(80) }, allow(tcpTo(80, 443))] })],
    probes: ['EV-10 world>host tcp/80 pass', 'EV-10 world>host tcp/443 pass'],
    counts: { 'gnp/log/ingress/0': 2, 'gnp/log/ingress/1': 4 },
  },
  {
    title: 'a policy that only denies',
    documents: [e0(allowAll), policy('deny', { ingress: [deny({ source: { nets: ['192.0.2.66/32'] } })] })],
    probes: ['EX-11 world>host tcp/80 drop', 'EX-11 bad>host tcp4/80 drop'],
    counts: { 'gnp/deny/ingress/0': 1 },
  },
  {
    title: 'a policy that denies and passes the rest',
    documents: [
      e0(allowAll),
      policy('deny', { ingress: [deny({ source: { nets: ['192.0.2.66/32'] } }), { action: 'Pass' }] }),
    ],
    probes: ['EX-11 world>host tcp/80 pass', 'EX-11 bad>host tcp4/80 drop', 'EX-11 bad>host tcp6/80 pass'],
  },
  {
    title: 'a policy without rules',
    documents: [e0(allowAll), policy('nothing', {})],
    probes: ['EX-12 world>host tcp/80 drop', 'EX-12 host>world tcp/80 pass'],
  },
  {
    title: 'a policy without rules for egress',
    documents: [e0(allowAll), policy('nothing', { types: ['Egress'] })],
    probes: ['EX-13 world>host tcp/80 pass', 'EX-13 host>world tcp/80 drop', 'EX-13 host>world udp/53 pass'],
  },
  {
    title: 'pass in a profile',
    documents: [
      e0({ profiles: ['p1', 'p2'] }),
      profile('p1', { ingress: [{ action: 'Pass', ...tcpTo(80) }, deny(tcpTo(443))] }),
      profile('p2', { ingress: [allow({ protocol: 'TCP' })] }),
    ],
    probes: [
      'EX-15 world>host tcp/80 pass',
      'EX-15 world>host tcp/443 drop',
      'EX-15 world>host tcp/5432 pass',
      'EX-15 world>host udp/80 drop',
    ],
  },
  {
    title: 'order',
    documents: [
      e0(),
      policy('b-deny', { order: 10, ingress: [deny(tcpTo(80))] }),
      policy('a-allow', { order: 10, ingress: [allow(tcpTo(80))] }),
      policy('c-deny', { order: 5, ingress: [deny(tcpTo(443))] }),
      policy('a-late', { order: 10, ingress: [allow(tcpTo(443))] }),
      policy('z', { ingress: [deny(tcpTo(5432))] }),
      policy('y', { order: 1e12, ingress: [allow(tcpTo(5432))] }),
      policy('minus', { order: -5, ingress: [allow(udpTo(53))] }),
      policy('zero', { order: 0, ingress: [deny(udpTo(53))] }),
      policy('web', { order: 20, ingress: [deny(tcpTo(8080))] }),
      policy('web-extra', { order: 20, ingress: [allow(tcpTo(8080))] }),
    ],
    probes: [
      'EX-16 world>host tcp/80 pass',
      'EX-16 world>host tcp/443 drop',
      'EX-17 world>host tcp/5432 pass',
      'EX-17 world>host udp/53 pass',
      'EX-18 world>host tcp/8080 drop',
    ],
  },
  {
    title: 'pass over a later deny, with a profile',
    documents: [
      e0(allowAll),
      policy('pass', { order: 1, ingress: [{ action: 'Pass' }] }),
      policy('deny', { order: 2, ingress: [deny()] }),
    ],
    probes: ['EX-23 world>host tcp/80 pass'],
  },
  {
    title: 'pass over a later deny, without a profile',
    documents: [
      e0(),
      policy('pass', { order: 1, ingress: [{ action: 'Pass' }] }),
      policy('deny', { order: 2, ingress: [deny()] }),
    ],
    probes: ['EX-23 world>host tcp/80 drop', 'EV-13 world>host udp/53 drop'],
    counts: { 'gnp/pass/ingress/0': 4, 'endpoint/e0/ingress/denied': 4 },
  },
]
