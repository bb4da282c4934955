/** Behaviour.md section 10 as policies and probes: interfaces, forwarding, connections, address translation, failsafes. */

import {
  allow,
  allowAll,
  deny,
  e0,
  e1,
  endpoint,
  failsafes,
  noFailsafes,
  policy,
  type Scenario,
  tcpTo,
} from './packet-policies.ts'

const star = (spec = {}): object => endpoint('star', { interfaceName: '*', ...spec })
const deniesAll = policy('deny', { selector: 'has(hep)', ingress: [deny()], egress: [deny()] })

export const interfaceScenarios: readonly Scenario[] = [
  {
    title: 'forwarding',
    documents: [e0(), e1(), deniesAll],
    probes: [
      'EX-25 world>pc tcp/80 pass',
      'EX-25 pc>world udp/53 pass',
      'EX-25 pc>world icmp4/8.0 pass',
      'EX-25 world>pc icmp6/128.0 pass',
      'EX-32 world>pc reset/80 drop',
      'EX-32 pc>world reset/80 drop',
      'F1 pc>router tcp/80 drop',
      'F2 host>pc tcp/80 drop',
    ],
    counts: { 'endpoint/e0/ingress/invalid': 2, 'endpoint/e1/ingress/invalid': 2 },
  },
  {
    title: 'forwarding with one endpoint',
    documents: [e1()],
    probes: [
      'EX-32 pc>world reset/443 drop',
      'EX-32 world>pc reset/443 drop',
      'F10 world>pc tcp/443 pass',
      'F9 world>host tcp/443 pass',
    ],
  },
  {
    title: 'a star endpoint without policy',
    documents: [star()],
    probes: [
      'DV-1 loopback>loopback tcp/80 pass',
      'EX-56 host>host tcp/80 pass',
      'EX-56 world>host tcp/80 drop',
      'EX-56 pc>router tcp/80 drop',
      'EX-56 world>host tcp/22 pass',
      'F3 world>pc tcp/80 pass',
      'EX-32 world>pc reset/22 drop',
    ],
  },
  {
    title: 'a star endpoint and one for lo',
    documents: [
      star(),
      endpoint('loop', { interfaceName: 'lo' }),
      policy('local', { selector: "hep == 'loop'", ingress: [allow(tcpTo(80))], egress: [allow(tcpTo(80, 443))] }),
    ],
    probes: [
      'EX-57 loopback>loopback tcp/80 pass',
      'IF-31 loopback>loopback tcp/443 drop',
      'IF-31 host>host tcp/5432 drop',
      'EX-57 world>host tcp/80 drop',
    ],
  },
  {
    title: 'a star endpoint in the shadow of a named one',
    documents: [star(), e0(), policy('open', { selector: "hep == 'star'", ingress: [allow()], egress: [allow()] })],
    probes: [
      'EX-58 world>host tcp/80 drop',
      'EX-58 pc>router tcp/80 pass',
      'EX-58 host>pc tcp/80 pass',
      'EX-58 host>world tcp/80 drop',
    ],
  },
  {
    title: 'an endpoint found by its addresses',
    documents: [
      endpoint('m', { expectedIPs: ['203.0.113.10', '10.0.0.1'] }),
      policy('web', { selector: "hep == 'm'", ingress: [allow(tcpTo(80))] }),
    ],
    probes: [
      'EX-62 world>host tcp/80 pass',
      'EX-62 pc>router tcp/80 pass',
      'EX-62 world>host tcp/443 drop',
      'EX-62 pc>router tcp/443 drop',
    ],
  },
  {
    title: 'two endpoints for one interface',
    documents: [
      endpoint('a', { expectedIPs: ['203.0.113.10'] }),
      endpoint('b', { interfaceName: 'eth0' }),
      policy('for-a', { selector: "hep == 'a'", ingress: [allow(tcpTo(80))] }),
      policy('for-b', { selector: "hep == 'b'", ingress: [allow(tcpTo(443))] }),
    ],
    probes: ['EX-63 world>host tcp/80 pass', 'EX-63 world>host tcp/443 drop'],
  },
  {
    title: 'two endpoints for one interface, the named one first by name',
    documents: [
      endpoint('a', { expectedIPs: ['203.0.113.10'] }),
      endpoint('0b', { interfaceName: 'eth0' }),
      policy('for-a', { selector: "hep == 'a'", ingress: [allow(tcpTo(80))] }),
      policy('for-b', { selector: "hep == '0b'", ingress: [allow(tcpTo(443))] }),
    ],
    probes: ['EX-63 world>host tcp/80 drop', 'EX-63 world>host tcp/443 pass'],
  },
  {
    title: 'a flow begins',
    documents: [e0(), policy('odd', { ingress: [allow({ protocol: 251 })] })],
    probes: ['EX-81 world>host protocol4/251 pass', 'EX-81 world>host protocol6/251 pass'],
  },
  {
    title: 'a flow is answered although egress is closed',
    documents: [e0(), policy('odd', { ingress: [allow({ protocol: 251 })] })],
    probes: ['EV-55 host>world protocol/251 pass', 'EV-55 host>world protocol/249 drop'],
  },
  {
    title: 'a flow goes on when its policy is gone',
    documents: [e0()],
    probes: ['EX-81 world>host protocol/251 pass', 'EX-81 manager>host protocol/251 drop'],
  },
  {
    title: 'egress after DNAT, allowed where it leaves',
    documents: [
      e0(),
      e1(),
      policy('to-pc', {
        selector: "hep == 'e1'",
        egress: [allow({ protocol: 'TCP', destination: { nets: ['10.0.0.5/32'], ports: [8080] } })],
      }),
    ],
    prepare: {
      host: 'nft -f - <<NAT\ntable ip nat { chain out { type nat hook output priority -100; ip daddr 192.0.2.200 tcp dport { 80, 443 } dnat to 10.0.0.5:8080; }\n}\nNAT',
    },
    restore: 'nft delete table ip nat',
    probes: [
      'EV-30 host>published tcp4/80 pass',
      'EV-30 host>published tcp4/5432 drop',
      'EV-30 host>pc tcp4/8080 pass',
    ],
  },
  {
    title: 'egress after DNAT, denied where it leaves',
    documents: [e0(allowAll), e1()],
    prepare: {
      host: 'nft -f - <<NAT\ntable ip nat { chain out { type nat hook output priority -100; ip daddr 192.0.2.200 tcp dport 80 dnat to 10.0.0.5:8080; }\n}\nNAT',
    },
    restore: 'nft delete table ip nat',
    probes: ['EV-30 host>published tcp4/80 drop', 'EV-30 host>published tcp4/443 pass'],
    counts: { 'endpoint/e1/egress/denied': 1 },
  },
  {
    title: 'ingress after DNAT sees the port it was sent on to',
    documents: [e0(), policy('web', { ingress: [allow(tcpTo(443))] })],
    prepare: {
      host: 'nft -f - <<NAT\ntable ip nat { chain in { type nat hook prerouting priority -100; tcp dport 8443 redirect to :443; tcp dport 80 redirect to :5432; }\n}\nNAT',
    },
    restore: 'nft delete table ip nat',
    probes: ['EV-30 world>host tcp4/8443 pass', 'EV-30 world>host tcp4/80 drop', 'F4 world>pc tcp4/80 drop'],
  },
  {
    title: 'neighbour discovery under default deny',
    documents: [e0(), policy('ssh', { ingress: [allow(tcpTo(5432))] }), noFailsafes],
    prepare: { host: 'ip -6 neigh flush all', outside: 'ip -6 neigh flush all' },
    probes: [
      'EX-79 world>host tcp6/5432 pass',
      'EX-79 world>host tcp6/22 drop',
      'DV-5 world>host icmp6/135.0 drop',
      'DV-5 world>host icmp6/131.0 pass',
      'DV-5 host>world icmp6/132.0 pass',
      'DV-5 world>host icmp6/137.0 drop',
    ],
  },
  {
    title: 'failsafes for some networks',
    documents: [
      e0(),
      failsafes(
        [
          { protocol: 'TCP', port: 22, net: '192.0.2.0/24' },
          { protocol: 'SCTP', port: 80 },
          { protocol: 'TCP', port: 443, net: '0.0.0.0/0' },
        ],
        [{ protocol: 'UDP', port: 53, net: '2001:db8:7::/64' }],
      ),
    ],
    probes: [
      'EX-82 manager>host tcp4/22 pass',
      'EX-82 world>host tcp4/22 drop',
      'EX-82 manager>host tcp6/22 drop',
      'DV-18 world>host sctp/80 pass',
      'DV-18 world>host sctp/81 drop',
      'FS-3 world>host tcp4/443 pass',
      'FS-3 world>host tcp6/443 drop',
      'FS-3 host>world udp6/53 pass',
      'FS-3 host>world udp4/53 drop',
      'FS-3 host>manager udp6/53 drop',
    ],
  },
]
