/** Behaviour.md section 10 as policies and probes: tiers, staged policies, forwarded packets. */

import { allow, allowAll, configuration, deny, e0, e1, policy, type Scenario, tcpTo, tier } from './packet-policies.ts'

const pass = (match = {}): object => ({ action: 'Pass', ...match })
const web = policy('web', { ingress: [allow(tcpTo(80)), allow({ protocol: 'UDP' })] })
const secure = (ingress: readonly object[]): object => policy('secure', { tier: 'sec', ingress })

const tiers: readonly Scenario[] = [
  {
    title: 'a tier that denies at its end',
    documents: [e0(), tier('sec', { order: 10 }), secure([allow(tcpTo(443))]), web],
    probes: [
      'EX-19 world>host tcp/443 pass',
      'EX-19 world>host tcp/80 drop',
      'EX-19 world>host udp/53 drop',
      'FS-4 world>host tcp/22 pass',
    ],
    counts: { 'gnp/secure/ingress/0': 2, 'endpoint/e0/ingress/denied': 4 },
  },
  {
    title: 'a tier that passes at its end',
    documents: [e0(), tier('sec', { order: 10, defaultAction: 'Pass' }), secure([allow(tcpTo(443))]), web],
    probes: [
      'EX-19 world>host tcp/80 pass',
      'EX-19 world>host tcp/443 pass',
      'EX-19 world>host tcp/5432 drop',
      'EX-19 host>world tcp/80 drop',
    ],
  },
  {
    title: 'a pass out of a tier that denies at its end',
    documents: [e0(), tier('sec', { order: 10 }), secure([pass(tcpTo(80)), allow(tcpTo(443))]), web],
    probes: ['EX-20 world>host tcp/80 pass', 'EX-20 world>host tcp/443 pass', 'EX-20 world>host udp/80 drop'],
    counts: { 'gnp/secure/ingress/0': 2, 'gnp/secure/ingress/1': 2, 'gnp/web/ingress/0': 2 },
  },
  {
    title: 'a tier with egress policy only',
    documents: [e0(), tier('sec', { order: 10 }), policy('out', { tier: 'sec', egress: [allow(tcpTo(443))] }), web],
    probes: ['EX-21 world>host tcp/80 pass', 'EX-21 host>world tcp/443 pass', 'EX-21 host>world tcp/80 drop'],
  },
  {
    title: 'a tier without an order',
    documents: [
      e0(),
      tier('late', {}),
      policy('web', { tier: 'late', ingress: [allow(tcpTo(80))] }),
      policy('https', { ingress: [allow(tcpTo(443))] }),
    ],
    probes: ['EX-22 world>host tcp/80 drop', 'EX-22 world>host tcp/443 pass'],
  },
  {
    title: 'a pass through every tier to the profile',
    documents: [
      e0(allowAll),
      tier('sec', { order: 10 }),
      tier('late', {}),
      secure([pass(tcpTo(80, 443))]),
      policy('middle', { ingress: [pass(tcpTo(80, 443)), allow(tcpTo(5432))] }),
      policy('last', { tier: 'late', ingress: [deny(tcpTo(443)), pass()] }),
    ],
    probes: ['EV-13 world>host tcp/80 pass', 'EV-13 world>host tcp/443 drop', 'EV-13 world>host tcp/5432 drop'],
    counts: { 'gnp/last/ingress/1': 2, 'gnp/last/ingress/0': 2, 'endpoint/e0/ingress/denied': 2 },
  },
  ...['a staged policy beside a profile', 'a staged policy alone'].map((title, at) => ({
    title,
    documents: [
      e0(at === 0 ? allowAll : {}),
      { ...policy('later', { ingress: [deny()] }), kind: 'StagedGlobalNetworkPolicy' },
    ],
    probes: [`EX-24 world>host tcp/80 ${at === 0 ? 'pass' : 'drop'}`],
  })),
]

const forwarded = { applyOnForward: true }
const onE0 = (spec: object): object => policy('on-e0', { ...forwarded, ...spec })
const onE1 = (spec: object): object => policy('on-e1', { selector: "hep == 'e1'", ...forwarded, ...spec })

const forwarding: readonly Scenario[] = [
  {
    title: 'a forward policy on the way in',
    documents: [e0(), e1(), onE0({ ingress: [allow(tcpTo(443))] })],
    probes: [
      'EX-26 world>pc tcp/443 pass',
      'EX-26 world>pc tcp/80 drop',
      'DV-4 pc>world tcp/80 pass',
      'EX-37 world>pc tcp/22 drop',
      'F1 world>host tcp/443 pass',
      'F1 world>host tcp/80 drop',
      'F1 world>host tcp/22 pass',
      'F2 host>world tcp/80 drop',
    ],
    counts: { 'endpoint/e0/ingress/denied': 6, 'endpoint/e0/egress/denied': 2 },
  },
  {
    title: 'forward policies that do not agree',
    documents: [e0(), e1(), onE0({ ingress: [allow(tcpTo(443))] }), onE1({ egress: [allow(tcpTo(80))] })],
    probes: ['EX-27 world>pc tcp/443 drop', 'EX-27 world>pc tcp/80 drop', 'EX-27 pc>world tcp/5432 pass'],
    counts: { 'endpoint/e1/egress/denied': 2, 'endpoint/e0/ingress/denied': 2 },
  },
  {
    title: 'forward policies that agree',
    documents: [e0(), e1(), onE0({ ingress: [allow(tcpTo(443))] }), onE1({ egress: [allow(tcpTo(443))] })],
    probes: ['EX-29 world>pc tcp/443 pass', 'F3 world>pc tcp/80 drop', 'EX-29 pc>world tcp/443 pass'],
  },
  {
    title: 'a forward policy of both types with rules for one',
    documents: [
      e0(),
      e1(),
      policy('both', {
        selector: 'has(hep)',
        ...forwarded,
        types: ['Ingress', 'Egress'],
        ingress: [allow(tcpTo(443))],
      }),
    ],
    probes: ['EX-28 world>pc tcp/443 drop', 'EX-28 pc>world tcp/443 drop'],
    counts: { 'endpoint/e1/egress/denied': 2, 'endpoint/e0/egress/denied': 2 },
  },
  {
    title: 'a forward policy that passes',
    documents: [e0(), onE0({ ingress: [pass()] })],
    probes: ['EX-30 world>pc tcp/80 pass', 'EX-30 world>host tcp/80 drop'],
  },
  {
    title: 'a forward policy that denies, on one endpoint',
    documents: [e0(), onE0({ ingress: [deny()] })],
    probes: ['EX-31 world>pc tcp/80 drop', 'EX-31 pc>world tcp/80 pass', 'EX-37 world>pc tcp/22 drop'],
  },
  {
    title: 'a forward policy on the way out, on one endpoint',
    documents: [e1(), onE1({ egress: [allow(tcpTo(443))] })],
    probes: [
      'F11 world>pc tcp/443 pass',
      'F11 world>pc tcp/80 drop',
      'F10 pc>world tcp/80 pass',
      'F9 world>host tcp/80 pass',
      'F9 host>world tcp/80 pass',
      'F2 host>pc tcp/443 pass',
      'F2 host>pc tcp/80 drop',
    ],
  },
  {
    title: 'a policy for local packets beside one for forwarded ones',
    documents: [
      e0(),
      policy('local', { order: 1, ingress: [deny()] }),
      onE0({ order: 2, ingress: [{ action: 'Log' }, allow(tcpTo(80))] }),
    ],
    probes: ['EX-25 world>pc tcp/80 pass', 'F10 world>pc tcp/443 drop', 'F1 world>host tcp/80 drop'],
    counts: { 'gnp/on-e0/ingress/0': 4 },
  },
  {
    title: 'forward policies in tiers',
    documents: [
      e0(),
      tier('sec', { order: 10 }),
      tier('open', { order: 20, defaultAction: 'Pass' }),
      policy('first', { tier: 'sec', ...forwarded, ingress: [pass(tcpTo(80, 443, 5432)), allow(tcpTo(8080))] }),
      policy('second', { tier: 'open', ...forwarded, ingress: [pass(tcpTo(443)), deny(tcpTo(5432))] }),
      onE0({ ingress: [allow(tcpTo(80)), pass(tcpTo(443))] }),
    ],
    probes: [
      'EV-5 world>pc tcp/80 pass',
      'EV-5 world>pc tcp/8080 pass',
      'EV-21 world>pc tcp/443 pass',
      'EV-5 world>pc tcp/5432 drop',
      'EV-5 world>pc tcp/9090 drop',
    ],
    counts: { 'gnp/first/ingress/0': 6, 'gnp/second/ingress/1': 2, 'gnp/on-e0/ingress/1': 2 },
  },
  {
    title: 'invalid packets that are not to be dropped',
    documents: [
      e0(),
      e1(),
      policy('odd', { ingress: [allow(tcpTo(80))] }),
      configuration({ disableConntrackInvalidCheck: true }),
    ],
    probes: ['EX-32 world>pc reset/80 pass', 'EV-54 world>host reset/80 pass', 'EV-54 world>host reset/443 drop'],
  },
]

export const tierScenarios: readonly Scenario[] = [...tiers, ...forwarding]
