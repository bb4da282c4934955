/** Behaviour.md section 10 as policies and probes: before connection tracking, and before DNAT. */

import {
  allow,
  allowAll,
  deny,
  e0,
  e1,
  endpoint,
  policy,
  type Scenario,
  tcpTo,
  tier,
  udpTo,
} from './packet-policies.ts'
import { a } from './workload-scenarios.ts'

const early = { preDNAT: true, applyOnForward: true }
const untracked = { doNotTrack: true, applyOnForward: true }
/** `Q` and `R` of the worked examples. */
const denial = policy('q', { order: 20, ...early, ingress: [deny()] })
const allowed = (match: Readonly<Record<string, unknown>>): object =>
  policy('r', { order: 10, ...early, ingress: [allow(match)] })
const lan = { destination: { nets: ['10.0.0.0/24'] } }

/** Setup X: published ports of a workload and of a host in the LAN. */
const setup = {
  prepare: {
    host: 'nft -f - <<NAT\ntable ip nat { chain in { type nat hook prerouting priority -100; iifname "eth0" tcp dport 31852 dnat to 10.65.0.2:80; iifname "eth0" tcp dport 8022 dnat to 10.0.0.5:22; }\n}\nNAT',
  },
  restore: 'nft delete table ip nat',
}

const beforeDnat: readonly Scenario[] = [
  {
    title: 'all denied before DNAT',
    documents: [e0(), a(), denial],
    ...setup,
    probes: [
      'EX-42 world>host tcp4/31852 drop',
      'EX-42 world>host tcp4/8022 drop',
      'FS-4 world>host tcp/22 pass',
      'DV-3 world>pc tcp/22 drop',
      'EX-46 world>pc tcp/2222 drop',
      'EX-48 a>world tcp/80 pass',
      'F10 pc>world tcp/80 pass',
      'DV-5 world>host icmp6/131.0 pass',
    ],
    counts: { 'failsafe/ingress/tcp-22': 4 },
  },
  {
    title: 'a published port allowed before DNAT',
    documents: [e0(), a(), denial, allowed(tcpTo(31852))],
    ...setup,
    probes: ['EX-42 world>host tcp4/31852 pass', 'EX-42 world>host tcp4/8022 drop', 'EX-42 world>a tcp/80 drop'],
  },
  {
    title: 'the port behind a published one allowed before DNAT',
    documents: [e0(), a(), denial, allowed(tcpTo(80))],
    ...setup,
    probes: ['EX-42 world>host tcp4/31852 drop', 'EX-42 world>a tcp/80 pass'],
  },
  {
    title: 'a published port of a workload that denies',
    documents: [e0(), a(), allowed(tcpTo(31852)), policy('closed', { selector: "app == 'a'", ingress: [deny()] })],
    ...setup,
    probes: ['EX-42 world>host tcp4/31852 drop', 'EX-44 world>host tcp4/8022 pass'],
    counts: { 'gnp/closed/ingress/0': 1, 'gnp/r/ingress/0': 1 },
  },
  {
    title: 'a local port allowed before DNAT',
    documents: [e0(), denial, allowed(tcpTo(9090))],
    probes: ['EX-43 world>host tcp/9090 pass', 'EX-43 world>host tcp/80 drop', 'EX-43 world>pc tcp/9090 pass'],
  },
  {
    title: 'nothing denied before DNAT',
    documents: [e0(), a(), allowed(tcpTo(31852))],
    ...setup,
    probes: [
      'EX-44 world>host tcp/9090 drop',
      'EX-44 world>pc tcp/80 pass',
      'EX-44 world>host tcp4/31852 pass',
      'EV-31 world>host tcp/31852 pass',
      'F1 world>host reset/31852 drop',
    ],
  },
  {
    title: 'allowed before DNAT, denied on the way out',
    documents: [
      e0(),
      e1(),
      denial,
      allowed(lan),
      policy('out', { selector: "hep == 'e1'", applyOnForward: true, egress: [deny()] }),
    ],
    probes: ['EX-45 world>pc tcp4/443 drop', 'F10 pc>world tcp/80 pass'],
    counts: { 'gnp/r/ingress/0': 1, 'gnp/out/egress/0': 1 },
  },
  {
    title: 'allowed before DNAT, denied on the way in',
    documents: [e0(), denial, allowed(lan), policy('in', { applyOnForward: true, ingress: [deny()] })],
    probes: ['EV-31 world>pc tcp4/443 pass', 'EV-31 world>pc tcp6/443 drop', 'EV-31 pc>world tcp/80 pass'],
  },
  {
    title: 'a flow begins before it is denied before DNAT',
    documents: [e0(), policy('odd', { ingress: [allow({ protocol: 246 })] })],
    probes: ['EX-47 world>host protocol/246 pass', 'EX-47 world>pc protocol/247 pass'],
  },
  {
    title: 'a flow is answered before it is denied before DNAT',
    documents: [e0()],
    probes: ['EX-47 host>world protocol/246 pass', 'EX-47 pc>world protocol/247 pass'],
  },
  {
    title: 'a flow goes on although it is denied before DNAT',
    documents: [e0(), denial],
    probes: [
      'EX-47 world>host protocol/246 pass',
      'EX-47 world>pc protocol/247 pass',
      'EX-47 manager>host protocol/246 drop',
      'EX-47 manager>pc protocol/247 drop',
    ],
  },
  {
    title: 'tiers before DNAT decide nothing at their end',
    documents: [
      e0(allowAll),
      tier('sec', { order: 10 }),
      policy('first', { tier: 'sec', ...early, ingress: [{ action: 'Pass', ...tcpTo(80) }, deny(tcpTo(80, 443))] }),
      policy('second', { ...early, ingress: [{ action: 'Log' }, deny(tcpTo(5432))] }),
    ],
    probes: [
      'EV-5 world>host tcp/80 pass',
      'EV-5 world>host tcp/443 drop',
      'EV-5 world>host tcp/5432 drop',
      'EV-5 world>host tcp/8080 pass',
    ],
    counts: { 'gnp/second/ingress/0': 6 },
  },
  {
    title: 'a star endpoint that denies before DNAT, in the shadow of a named one',
    documents: [
      endpoint('star', { interfaceName: '*' }),
      e0(),
      policy('q', { selector: "hep == 'star'", ...early, ingress: [deny()] }),
      policy('web', { ingress: [allow(tcpTo(80))] }),
    ],
    probes: ['DV-2 world>host tcp/80 pass', 'EX-59 pc>router tcp/80 drop', 'EX-59 world>pc tcp/80 pass'],
    counts: { 'gnp/q/ingress/0': 2 },
  },
  {
    title: 'two endpoints with names of chains',
    documents: [
      endpoint('allow', { interfaceName: 'eth0' }, { hep: 'e0' }),
      endpoint('policy', { interfaceName: 'eth1' }, { hep: 'e0' }),
      denial,
      allowed(tcpTo(80)),
    ],
    probes: ['EX-43 world>host tcp/80 pass', 'EX-43 pc>router tcp/80 pass', 'EX-43 pc>router tcp/443 drop'],
  },
]

const cachePort = { ports: [{ name: 'cache', protocol: 'TCP', port: 11211 }], expectedIPs: ['203.0.113.10'] }
const answers = (source: object): object => ({ egress: [allow({ protocol: 'TCP', source })] })
const raw = (spec: object): object => policy('raw', { ...untracked, ...spec })

const beforeTracking: readonly Scenario[] = [
  {
    title: 'untracked requests without a rule for answers',
    documents: [e0(allowAll), a(), raw({ ingress: [allow(tcpTo(11211, 80)), allow(udpTo(4000))] })],
    probes: [
      'EX-50 world>host tcp/11211 drop',
      'EX-52 world>host udp4/4000 pass',
      'EX-52 world>host udp6/4000 pass',
      'EX-53 world>a tcp/80 drop',
      'EX-53 world>a tcp/443 pass',
      'EV-62 world>pc tcp/80 drop',
      'F1 world>host tcp/443 pass',
    ],
  },
  {
    title: 'untracked requests and answers',
    documents: [e0(), raw({ ingress: [allow(tcpTo(11211))], ...answers({ ports: [11211] }) })],
    probes: ['EX-51 world>host tcp/11211 pass', 'F1 world>host tcp/80 drop', 'EX-51 world>host tcp/22 pass'],
  },
  {
    title: 'untracked requests and answers by the name of their port',
    documents: [
      e0(cachePort),
      raw({
        ingress: [allow({ protocol: 'TCP', destination: { ports: ['cache'] } })],
        ...answers({ ports: ['cache'] }),
      }),
    ],
    probes: [
      'EX-51 world>host tcp4/11211 pass',
      'EX-51 world>second tcp4/11211 drop',
      'EX-51 world>host tcp6/11211 drop',
    ],
  },
  {
    title: 'untracked packets denied',
    documents: [e0(allowAll), raw({ ingress: [deny({ source: { nets: ['192.0.2.0/24'] } })] })],
    probes: [
      'EX-54 manager>host tcp4/22 pass',
      'EX-54 manager>host tcp4/80 drop',
      'EX-54 manager>host tcp6/80 pass',
      'EV-60 manager>pc tcp4/80 drop',
      'DV-3 manager>pc tcp4/22 drop',
      'EX-54 world>host tcp/80 pass',
    ],
    counts: { 'gnp/raw/ingress/0': 3 },
  },
  {
    title: 'untracked packets denied both ways',
    documents: [e0(allowAll), raw({ ingress: [deny()], egress: [deny()] })],
    prepare: { host: 'ip -6 neigh flush all', outside: 'ip -6 neigh flush all' },
    probes: [
      'EV-66 world>host tcp/22 pass',
      'EV-66 host>world udp4/53 pass',
      'EV-66 host>world tcp/53 pass',
      'EV-65 host>world tcp/80 drop',
      'EV-65 world>host tcp/80 drop',
    ],
  },
  {
    title: 'untracked egress and forwarded packets',
    documents: [e1(allowAll), policy('raw', { selector: "hep == 'e1'", ...untracked, egress: [deny()] })],
    probes: ['EV-60 world>pc tcp/80 pass', 'EV-60 host>pc tcp/80 drop', 'EV-60 pc>router tcp/80 drop'],
  },
  {
    title: 'untracked packets forwarded between endpoints, answers untracked, too',
    documents: [
      e0(),
      e1(),
      raw({ ingress: [allow(tcpTo(80, 443))] }),
      policy('back', {
        selector: "hep == 'e1'",
        ...untracked,
        ingress: [allow({ protocol: 'TCP', source: { ports: [80] } })],
      }),
      policy('in', { applyOnForward: true, ingress: [deny()] }),
    ],
    probes: ['EV-64 world>pc tcp/80 pass', 'EV-64 world>pc tcp/443 drop', 'EV-31 world>pc tcp/5432 drop'],
  },
]

export const earlyScenarios: readonly Scenario[] = [...beforeDnat, ...beforeTracking]
