/** Staged policies beside enforced ones (behaviour.md 1.10): no verdict changes, and the kernel counts what would be different. */

import {
  allow,
  allowAll,
  configuration,
  deny,
  e0,
  e1,
  policy,
  type Scenario,
  staged,
  stagedDelete,
  tcpTo,
  tier,
  udpTo,
  workload,
} from './packet-policies.ts'

const web = policy('web', { ingress: [allow(tcpTo(80, 443)), allow(udpTo(53))] })
const forwarded = { applyOnForward: true }
const a = workload('a', 'cali1', { ipNetworks: ['10.65.0.2', '2001:db8:65::2'] })
const b = workload('b', 'cali2', { ipNetworks: ['10.65.0.3', '2001:db8:65::3'] })

/** Long enough for segments, with a Pass before it. */
const longList = [
  tier('first', { order: 1 }),
  policy('first.some', { tier: 'first', ingress: [deny(tcpTo(81)), { action: 'Pass' }] }),
  ...Array.from({ length: 300 }, (_, at) =>
    policy(`p${at}`, { order: at, ingress: [allow(tcpTo(`${2000 + 2 * at}:${2001 + 2 * at}`))] }),
  ),
]

export const stagedScenarios: readonly Scenario[] = [
  {
    title: 'a staged policy in the place of the enforced one',
    documents: [e0(), web, staged('web', { ingress: [{ action: 'Log' }, allow(tcpTo(443, 8080))] })],
    probes: [
      '1.10 world>host tcp/80 pass',
      '1.10 world>host tcp/443 pass',
      '1.10 world>host tcp/8080 drop',
      '1.10 world>host udp/53 pass',
      'FS-4 world>host tcp/22 pass',
      '1.10 host>world tcp/80 drop',
    ],
    counts: {
      'staged/gnp/web/ingress/denied': 4,
      'staged/gnp/web/ingress/allowed': 2,
      'gnp/web/ingress/0': 4,
      'endpoint/e0/ingress/denied': 2,
    },
  },
  {
    title: 'a policy tried without',
    documents: [e0(allowAll), policy('block', { ingress: [deny(tcpTo(80)), allow()] }), stagedDelete('block')],
    probes: ['1.10 world>host tcp/80 drop', '1.10 world>host tcp/443 pass'],
    counts: { 'staged/gnp/block/ingress/allowed': 2 },
  },
  {
    title: 'a change of a long list after a pass',
    documents: [e0(), ...longList, staged('p299', { order: -1, ingress: [deny(tcpTo('2000:2003'))] })],
    probes: [
      '1.10 world>host tcp/2000 pass',
      '1.10 world>host tcp/2004 pass',
      '1.10 world>host tcp/2598 pass',
      '1.10 world>host tcp/81 drop',
    ],
    counts: { 'staged/gnp/p299/ingress/denied': 4, 'gnp/p0/ingress/0': 2 },
  },
  {
    title: 'staged policies for forwarded packets, and those that another list drops',
    documents: [
      e0(),
      e1(),
      policy('in', { ...forwarded, ingress: [allow(tcpTo(80, 443))] }),
      staged('out', { ...forwarded, selector: "hep == 'e1'", egress: [allow(tcpTo(443))] }),
      staged('in', { ...forwarded, ingress: [allow(tcpTo(443, 8080))] }),
    ],
    probes: [
      '1.10 world>pc tcp/80 pass',
      '1.10 world>pc tcp/443 pass',
      '1.10 world>pc tcp/8080 drop',
      '1.10 world>pc tcp/5432 drop',
    ],
    counts: {
      'staged/gnp/in/ingress/denied': 2,
      'staged/gnp/in/ingress/allowed': 2,
      'staged/gnp/out/egress/denied': 2,
    },
  },
  {
    title: 'staged policies for workloads',
    documents: [
      a,
      b,
      configuration({ defaultEndpointToHostAction: 'Accept' }),
      staged('to-b', { selector: "app == 'b'", ingress: [allow(tcpTo(443))] }),
      staged('from-a', { selector: "app == 'a'", egress: [deny(tcpTo(80)), { action: 'Pass' }] }),
    ],
    probes: ['1.10 a>b tcp/80 pass', '1.10 a>b tcp/443 pass', '1.10 a>porch tcp/80 pass', '1.10 a>porch tcp/443 pass'],
    counts: { 'staged/gnp/to-b/ingress/denied': 2, 'staged/gnp/from-a/egress/denied': 4 },
  },
  {
    title: 'staged policies before DNAT and before connection tracking',
    documents: [
      e0(allowAll),
      staged('early', { ...forwarded, preDNAT: true, ingress: [deny(tcpTo(80))] }),
      staged('raw', { ...forwarded, doNotTrack: true, ingress: [allow(tcpTo(443)), deny(tcpTo(22, 81))] }),
    ],
    probes: [
      '1.10 world>host tcp/80 pass',
      '1.10 world>host tcp/443 pass',
      '1.10 world>host tcp/81 pass',
      'FS-4 world>host tcp/22 pass',
    ],
    counts: { 'staged/gnp/early/ingress/denied': 2 },
  },
]
