/** Lists that are compiled in another shape than they are written in, as policies and probes: merged rules, segments. */

import { allow, deny, e0, e1, policy, profile, type Scenario, tcpTo, udpTo } from './packet-policies.ts'

const people = ['world', 'manager', 'bad', 'partner'] as const
const addressOfPerson = { world: '198.51.100.7', manager: '192.0.2.5', bad: '192.0.2.66', partner: '192.0.2.67' }

export const mergingScenarios: readonly Scenario[] = [
  {
    title: 'merged rules count each line for itself',
    documents: [
      e0(),
      policy('merged', {
        ingress: [
          ...people.flatMap((name) =>
            [80, 443, 5432].map((port) =>
              allow({
                protocol: 'TCP',
                source: { nets: [`${addressOfPerson[name]}/32`] },
                destination: { ports: [port] },
              }),
            ),
          ),
          allow({ protocol: 'TCP', source: { nets: ['192.0.2.5/32'] }, destination: { ports: [80] } }),
          ...Array.from({ length: 11 }, (_, at) => deny(udpTo(4000 + at))),
          allow({ protocol: 'UDP' }),
        ],
      }),
    ],
    probes: [
      'RM-1 world>host tcp4/80 pass',
      'RM-1 manager>host tcp4/80 pass',
      'RM-1 partner>host tcp4/5432 pass',
      'RM-1 bad>host tcp4/22 pass',
      'RM-1 world>host tcp6/80 drop',
      'RM-1 bad>host tcp4/8080 drop',
      'RM-1 world>host udp/4000 drop',
      'RM-1 world>host udp/53 pass',
    ],
    counts: {
      'gnp/merged/ingress/0': 1,
      'gnp/merged/ingress/3': 1,
      'gnp/merged/ingress/12': 0,
      'gnp/merged/ingress/11': 1,
      'gnp/merged/ingress/1': 0,
      'gnp/merged/ingress/13': 2,
      'gnp/merged/ingress/14': 0,
      'gnp/merged/ingress/24': 2,
    },
  },
  {
    title: 'a list in segments',
    documents: [
      e0(),
      e1(),
      ...Array.from({ length: 280 }, (_, at) =>
        policy(`p-${at}`, {
          selector: 'has(hep)',
          order: at,
          ingress: [allow(tcpTo(`${20_000 + 2 * at}:${20_001 + 2 * at}`))],
        }),
      ),
      policy('who', {
        selector: 'has(hep)',
        order: 100.5,
        ingress: [deny({ source: { nets: ['192.0.2.66/32'] } }), allow({ protocol: 'ICMP', icmp: { type: 8 } })],
      }),
      policy('last', { selector: 'has(hep)', order: 1000, ingress: [allow(tcpTo(443))] }),
    ],
    probes: [
      'EV-10 bad>host tcp4/20200 pass',
      'EV-10 bad>host tcp4/20202 drop',
      'EV-10 bad>host tcp4/443 drop',
      'EV-10 partner>host tcp4/20202 pass',
      'EV-10 world>host icmp4/8.0 pass',
      'EV-10 world>host icmp4/13.0 drop',
      'EV-10 world>host tcp/20000 pass',
      'EV-10 world>host tcp/20559 pass',
      'EV-10 world>host tcp/20560 drop',
      'EV-10 world>host tcp/443 pass',
      'EV-10 pc>router tcp/20300 pass',
    ],
  },
  {
    title: 'a list in segments with a pass',
    documents: [
      e0({ profiles: ['last'] }),
      profile('last', { ingress: [deny(tcpTo(20_100)), allow({ protocol: 'TCP' })] }),
      ...Array.from({ length: 280 }, (_, at) =>
        policy(`p-${at}`, { order: at, ingress: [allow(tcpTo(`${20_000 + 2 * at}:${20_001 + 2 * at}`))] }),
      ),
      policy('pass', { order: 49.5, ingress: [{ action: 'Pass', ...tcpTo(5432, 20_100, 20_200) }] }),
      policy('deny', { order: 100.5, ingress: [deny(tcpTo(443))] }),
    ],
    probes: [
      'EV-13 world>host tcp/5432 pass',
      'EV-13 world>host tcp/20100 drop',
      'EV-13 world>host tcp/20200 pass',
      'EV-10 world>host tcp/20000 pass',
      'EV-10 world>host tcp/20559 pass',
      'EV-10 world>host tcp/443 drop',
      'EV-10 world>host tcp/80 drop',
    ],
    counts: { 'gnp/pass/ingress/0': 6, 'profile/last/ingress/0': 2, 'endpoint/e0/ingress/denied': 2 },
  },
]
