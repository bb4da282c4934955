/** Behaviour.md sections 6.3 and 8 as policies and probes: named ports, rejection, IPv6 left alone. */

import { allow, allowAll, configuration, deny, e0, e1, policy, type Scenario, tcpTo } from './packet-policies.ts'
import { a, b } from './workload-scenarios.ts'

const http = { name: 'http', protocol: 'TCP', port: 8080 }
const dns = { name: 'dns', protocol: 'UDP', port: 53 }
const named = e0({ expectedIPs: ['203.0.113.10'], ports: [http, dns] })
const to = (destination: object) => ({ destination })

const namedPorts: readonly Scenario[] = [
  {
    title: 'a named port and a number',
    documents: [named, policy('web', { ingress: [allow({ protocol: 'TCP', ...to({ ports: ['http', 443] }) })] })],
    probes: [
      'EX-73 world>host tcp4/8080 pass',
      'EX-73 world>host tcp/443 pass',
      'EX-73 world>host tcp/80 drop',
      'EX-73 world>second tcp4/8080 drop',
      'EX-73 world>second tcp4/443 pass',
      'RM-32 world>host tcp6/8080 drop',
    ],
    counts: { 'gnp/web/ingress/0': 4 },
  },
  {
    title: 'named ports without a protocol',
    documents: [named, policy('services', { ingress: [allow(to({ ports: ['http', 'dns'] }))] })],
    probes: [
      'RM-32 world>host tcp4/8080 pass',
      'RM-32 world>host udp4/53 pass',
      'RM-32 world>host tcp4/53 drop',
      'RM-32 world>host udp4/80 drop',
      'RM-32 world>host icmp4/8.0 drop',
    ],
  },
  {
    title: 'a named port that is excluded',
    documents: [
      named,
      policy('others', { ingress: [deny({ protocol: 'TCP', ...to({ notPorts: ['http', 443] }) }), allow()] }),
    ],
    probes: [
      'RM-31 world>host tcp4/8080 pass',
      'RM-31 world>host tcp/443 pass',
      'RM-31 world>host tcp4/80 drop',
      'RM-31 world>second tcp4/8080 drop',
      'RM-31 world>host udp4/80 pass',
      'RM-35 world>host tcp6/8080 drop',
    ],
  },
  {
    title: 'a named port that is excluded, without a protocol',
    documents: [named, policy('others', { ingress: [deny(to({ notPorts: ['http'] })), allow()] })],
    probes: [
      'RM-35 world>host tcp4/8080 pass',
      'RM-35 world>host tcp4/80 drop',
      'RM-35 world>host udp4/80 drop',
      'RM-35 world>host icmp4/8.0 drop',
      'RM-35 world>host protocol4/253 drop',
      'RM-35 world>host protocol6/253 drop',
    ],
  },
  {
    title: 'named ports of selected endpoints',
    documents: [
      named,
      e1({ expectedIPs: ['10.0.0.1'], ports: [http] }),
      policy('one', {
        selector: 'has(hep)',
        ingress: [allow({ protocol: 'TCP', ...to({ selector: "hep == 'e1'", ports: ['http'] }) })],
      }),
    ],
    probes: ['RM-33 world>host tcp4/8080 drop', 'RM-33 pc>router tcp4/8080 pass', 'RM-33 pc>router tcp4/80 drop'],
  },
  {
    title: 'named ports of workloads',
    documents: [
      a({ ports: [{ name: 'web', protocol: 'TCP', port: 80 }] }),
      b(),
      policy('web', { selector: 'has(app)', ingress: [allow({ protocol: 'TCP', ...to({ ports: ['web'] }) })] }),
    ],
    probes: ['RM-34 world>a tcp/80 pass', 'RM-34 world>a tcp/443 drop', 'RM-34 world>b tcp/80 drop'],
  },
]

const rejecting = configuration({ nftablesFilterDenyAction: 'Reject' })
const settings: readonly Scenario[] = [
  {
    title: 'rejection',
    documents: [
      rejecting,
      e0(),
      e1(),
      a(),
      b(),
      policy('some', { ingress: [deny(tcpTo(443)), allow(tcpTo(5432))] }),
      policy('ahead', { selector: "hep == 'e1'", applyOnForward: true, egress: [allow(tcpTo(80))] }),
      policy('closed', { selector: "app == 'a'", ingress: [deny(tcpTo(443)), allow(tcpTo(80))] }),
    ],
    probes: [
      'RM-50 world>host tcp/443 reject',
      'RM-50 world>host tcp/80 reject',
      'RM-50 host>world tcp/80 reject',
      'RM-50 world>pc tcp/443 reject',
      'RM-50 world>a tcp/443 reject',
      'RM-50 world>a tcp/5432 reject',
      'RM-50 world>a tcp/80 pass',
      'F14 world>unknown tcp/80 drop',
      'F7 a>porch tcp/80 drop',
      'EX-32 world>host reset/5432 drop',
    ],
  },
  {
    title: 'rejection is no answer before DNAT and before connection tracking',
    documents: [
      rejecting,
      e0(allowAll),
      e1(allowAll),
      policy('early', { preDNAT: true, applyOnForward: true, ingress: [deny(tcpTo(80))] }),
      policy('raw', { doNotTrack: true, applyOnForward: true, ingress: [deny(tcpTo(443))] }),
    ],
    probes: ['RM-50 world>host tcp/80 drop', 'RM-50 world>host tcp/443 drop', 'RM-50 world>pc tcp/443 drop'],
  },
  {
    title: 'rejection is no answer after DNAT',
    documents: [rejecting, e0(allowAll), e1(), a()],
    prepare: {
      host: 'nft -f - <<NAT\ntable ip nat { chain out { type nat hook output priority -100; ip daddr 192.0.2.200 tcp dport 80 dnat to 10.0.0.5:8080; }\n}\nNAT',
    },
    restore: 'nft delete table ip nat',
    probes: [
      'EV-30 host>published tcp4/80 drop',
      'EV-30 host>published tcp4/443 pass',
      'RM-50 host>pc tcp4/8080 reject',
    ],
  },
  {
    title: 'IPv6 left alone',
    documents: [
      configuration({ ipv6Support: false }),
      e0(),
      a(),
      policy('closed', { selector: 'has(hep) || has(app)', applyOnForward: true, ingress: [deny()] }),
      policy('early', { preDNAT: true, applyOnForward: true, ingress: [deny(tcpTo(5432))] }),
      policy('raw', { doNotTrack: true, applyOnForward: true, ingress: [deny(tcpTo(8080))] }),
    ],
    probes: [
      'RM-20 world>host tcp4/80 drop',
      'RM-20 world>host tcp6/80 pass',
      'RM-20 host>world tcp6/80 pass',
      'RM-20 world>pc tcp4/80 drop',
      'RM-20 world>pc tcp6/80 pass',
      'RM-20 world>a tcp4/80 drop',
      'RM-20 world>a tcp6/80 pass',
      'RM-20 world>host tcp6/5432 pass',
      'RM-20 world>host tcp6/8080 pass',
      'F14 unknown>world tcp4/80 drop',
      'F14 unknown>porch tcp6/80 pass',
    ],
  },
]

export const settingsScenarios: readonly Scenario[] = [...namedPorts, ...settings]
