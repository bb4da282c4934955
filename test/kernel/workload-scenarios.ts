/** Behaviour.md section 10 as policies and probes: workloads, and star endpoints beside them. */

import {
  allow,
  allowAll,
  configuration,
  deny,
  e0,
  endpoint,
  policy,
  type Scenario,
  tcpTo,
  workload,
} from './packet-policies.ts'

export const a = (spec = {}): object =>
  workload('a', 'cali1', { ipNetworks: ['10.65.0.2/32', '2001:db8:65::2'], ...spec })
export const b = (spec = {}): object => workload('b', 'cali2', { ipNetworks: ['10.65.0.3', '2001:db8:65::3'], ...spec })
const star = endpoint('star', { interfaceName: '*' })
const onStar = (name: string, spec: object): object => policy(name, { selector: "hep == 'star'", ...spec })
const onA = (name: string, spec: object): object => policy(name, { selector: "app == 'a'", ...spec })
const onB = (name: string, spec: object): object => policy(name, { selector: "app == 'b'", ...spec })
const forwarded = { applyOnForward: true }
const toHost = (action: 'Drop' | 'Accept' | 'Return'): object => configuration({ defaultEndpointToHostAction: action })
const inNamespace = (namespace: string, spec: object): object => ({
  ...policy('np', { selector: '', ...spec }),
  kind: 'NetworkPolicy',
  metadata: { name: 'np', namespace },
})

const routed: readonly Scenario[] = [
  {
    title: 'workloads without policy',
    documents: [a(), b({ profiles: undefined })],
    // what it answers to neighbour solicitation is dropped, too
    prepare: { host: 'ip -6 neigh replace 2001:db8:65::9 lladdr 33:33:00:00:00:01 dev cali9 nud permanent' },
    restore: 'ip -6 neigh del 2001:db8:65::9 dev cali9',
    probes: [
      'F13 world>a tcp/80 pass',
      'F13 pc>a udp/53 pass',
      'F5 a>world tcp/80 pass',
      'EV-42 world>b tcp/80 drop',
      'EV-42 b>world tcp/80 drop',
      'EX-36 a>b tcp/80 drop',
      'EX-36 b>a tcp/80 drop',
      'EX-38 world>unknown tcp/80 drop',
      'EX-38 porch>unknown protocol/240 pass',
      'F8 host>b tcp/80 pass',
      'F14 unknown>world tcp/80 drop',
      'F14 unknown>porch tcp/80 drop',
      'F14 a>unknown tcp/80 drop',
      'F12 world>pc tcp/80 pass',
      'EV-41 a>world reset/80 drop',
    ],
  },
  {
    title: 'a policy of the host endpoint, and workloads',
    documents: [e0(), a(), b(), policy('deny', { ingress: [deny()], egress: [deny()] })],
    probes: ['EX-33 world>a tcp/80 pass', 'EX-33 a>world tcp/80 pass', 'EX-33 world>b icmp4/8.0 pass'],
  },
  {
    title: 'a workload that denies what its host allows',
    documents: [
      e0(),
      a(),
      b(),
      policy('open', { ...forwarded, ingress: [allow()] }),
      onA('deny', { ingress: [deny()] }),
    ],
    probes: ['EX-34 world>a tcp/80 drop', 'EX-34 world>b tcp/80 pass', 'EX-34 a>world tcp/80 pass'],
    counts: { 'gnp/deny/ingress/0': 2 },
  },
  {
    title: 'a host that denies what its workload allows',
    documents: [e0(), a(), b(), policy('out', { ...forwarded, egress: [allow(tcpTo(443))] })],
    probes: [
      'EX-35 a>world tcp/80 drop',
      'EX-35 a>world tcp/443 pass',
      'EX-36 a>b tcp/80 pass',
      'F4 world>a tcp/80 pass',
    ],
    counts: { 'endpoint/e0/egress/denied': 2 },
  },
  {
    title: 'workloads of one host',
    documents: [
      a(),
      b(),
      onA('from-a', { egress: [allow(tcpTo(80, 443))] }),
      onB('to-b', { ingress: [allow(tcpTo(80, 5432))] }),
    ],
    probes: [
      'EX-36 a>b tcp/80 pass',
      'EX-36 a>b tcp/443 drop',
      'EX-36 a>b tcp/5432 drop',
      'EX-36 b>a tcp/5432 pass',
      'F13 pc>b tcp/443 drop',
    ],
    counts: { 'workload/default/b/ingress/denied': 4, 'workload/default/a/egress/denied': 2 },
  },
  {
    title: 'workloads with the same policies',
    documents: [a(), b(), policy('web', { selector: 'has(app)', ingress: [allow(tcpTo(80))] })],
    probes: [
      'EV-41 world>a tcp/80 pass',
      'EV-41 world>b tcp/80 pass',
      'EV-41 world>a tcp/443 drop',
      'EV-41 world>b tcp/443 drop',
      'EV-41 world>b tcp/5432 drop',
      'EV-41 world>b reset/80 drop',
    ],
    counts: { 'workload/default/a/ingress/denied': 2, 'workload/default/b/ingress/denied': 4, 'workload/invalid': 2 },
  },
  {
    title: 'early policies that select a workload',
    documents: [
      a(),
      onA('pre', { preDNAT: true, ...forwarded, ingress: [deny()] }),
      onA('raw', { doNotTrack: true, ...forwarded, ingress: [deny()], egress: [deny()] }),
    ],
    probes: ['EV-6 world>a tcp/80 pass', 'EV-6 a>world tcp/80 pass'],
  },
  {
    title: 'a namespaced policy',
    documents: [
      e0(allowAll),
      a(),
      b(),
      inNamespace('default', { selector: "app == 'a'", ingress: [allow(tcpTo(80))] }),
    ],
    probes: [
      'EX-76 world>host tcp/443 pass',
      'EV-1 world>a tcp/80 pass',
      'EV-1 world>a tcp/443 drop',
      'EV-1 world>b tcp/443 pass',
    ],
    counts: { 'np/default/np/ingress/0': 2 },
  },
  {
    title: 'a policy of another namespace',
    documents: [a(), inNamespace('shop', { ingress: [deny()] })],
    probes: ['EV-1 world>a tcp/80 pass'],
  },
  {
    title: 'spoofed sources and tunnels',
    documents: [a(), b()],
    probes: [
      'EV-44 spoofer>world protocol/241 drop',
      'EV-44 spoofer>pc tcp/80 drop',
      'EV-44 a>world protocol/242 pass',
      'EV-41 a>world protocol4/4 drop',
      'EV-41 a>world udp/4789 drop',
      'EV-41 pc>b protocol4/4 pass',
    ],
    counts: { 'workload/spoofed': 4 },
  },
  {
    title: 'tunnels that workloads may use',
    documents: [a(), configuration({ allowIPIPPacketsFromWorkloads: true, allowVXLANPacketsFromWorkloads: true })],
    probes: ['EV-41 a>world protocol4/4 pass', 'EV-41 a>world udp6/4789 pass'],
  },
  {
    title: 'no interface is a workload',
    documents: [configuration({ interfacePrefix: 'none' })],
    probes: ['IF-1 unknown>world tcp/80 pass', 'IF-1 world>unknown tcp/80 pass', 'IF-1 a>porch tcp/80 pass'],
  },
]

const local: readonly Scenario[] = [
  {
    title: 'from a workload to the host',
    documents: [e0(allowAll), endpoint('all', { interfaceName: '*', ...allowAll }), a(), toHost('Drop')],
    probes: ['EX-39 a>porch tcp/9090 drop', 'EX-39 a>host tcp/9090 drop', 'F7 a>router udp/53 drop'],
  },
  ...(['Accept', 'Return'] as const).map((action) => ({
    title: `from a workload to the host, ${action}`,
    documents: [e0(), a(), toHost(action), onA('out', { egress: [deny(tcpTo(443)), allow({ protocol: 'TCP' })] })],
    probes: [
      'EX-39 a>porch tcp/9090 pass',
      'EX-39 a>host tcp/9090 pass',
      'F7 a>porch tcp/443 drop',
      'F7 a>porch udp/53 drop',
    ],
  })),
  {
    title: 'from the host to a closed workload',
    documents: [e0(), a(), onA('closed', { ingress: [deny()], egress: [deny()] })],
    probes: [
      'EX-40 host>a tcp/80 pass',
      'EX-40 porch>a icmp4/8.0 pass',
      'EX-41 a>porch icmp6/135.0 pass',
      'EX-41 a>porch icmp6/143.0 drop',
      'EX-41 a>porch icmp6/128.0 drop',
    ],
  },
  {
    title: 'a star endpoint with a forward policy that denies',
    documents: [star, a(), b(), onStar('deny', { ...forwarded, ingress: [deny()] })],
    probes: [
      'EX-60 a>b tcp/80 drop',
      'EX-60 a>world tcp/80 drop',
      'EX-60 world>a tcp/80 drop',
      'EX-60 world>pc tcp/80 drop',
      'DV-1 host>host tcp/80 pass',
      'F8 host>a tcp/80 pass',
    ],
    counts: { 'gnp/deny/ingress/0': 8 },
  },
  {
    title: 'a star endpoint with a forward policy on the way out',
    documents: [star, a(), b(), onStar('out', { ...forwarded, egress: [allow(tcpTo(80))] })],
    probes: [
      'IF-40 a>b tcp/80 pass',
      'IF-40 a>b tcp/443 drop',
      'IF-40 world>a tcp/443 drop',
      'IF-40 a>world tcp/443 drop',
      'IF-40 world>pc tcp/443 drop',
      'F8 host>a tcp/443 pass',
      'F2 host>world tcp/443 drop',
    ],
  },
  {
    title: 'a star endpoint that denies, and workloads',
    documents: [star, a(), b(), toHost('Accept'), onStar('deny', { ingress: [deny()] })],
    probes: ['EX-61 a>porch tcp/80 pass', 'F3 a>b tcp/80 pass', 'EX-56 world>host tcp/80 drop'],
  },
  {
    title: 'a star endpoint that denies before DNAT, and workloads',
    documents: [star, a(), b(), toHost('Accept'), onStar('deny', { preDNAT: true, ...forwarded, ingress: [deny()] })],
    probes: [
      'EX-61 a>porch tcp/80 drop',
      'EX-61 a>b tcp/80 drop',
      'EX-61 a>world tcp/80 drop',
      'FS-4 a>porch tcp/22 pass',
      'DV-1 loopback>loopback tcp/80 pass',
      'F8 host>a tcp/80 pass',
    ],
  },
]

export const workloadScenarios: readonly Scenario[] = [...routed, ...local]
