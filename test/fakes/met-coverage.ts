/** What the oracle met on its way to rulings, and what packets were, as rows of a coverage table; and the rows that there must be. */

import type { Packet } from '../../src/packet/packet.ts'
import type { EntityRule, PolicyRule } from '../../src/policy/rule.ts'
import type { Ruling } from '../oracle/ruling.ts'
import type { Meeting, Place, Witness } from '../oracle/witness.ts'
import type { Coverage } from './coverage.ts'

export function witnessFor(coverage: Coverage): Witness {
  return (meeting, place) => {
    for (const row of rowsOf(meeting, place)) coverage.add(row, place.packet.source.family)
  }
}

/** What a packet is to the host, and what became of it. */
export function addPacket(coverage: Coverage, packet: Packet, ruling: Pick<Ruling, 'verdict'> & Partial<Ruling>): void {
  const { family } = packet.source
  const said = builtIn.find((text) => text === ruling.decidedBy)
  const rows = [
    `verdict ${ruling.verdict}`,
    `way ${wayOf(packet)}: ${ruling.verdict}`,
    `state ${packet.state}`,
    `protocol ${packet.protocol === 58 ? 1 : packet.protocol}`,
    ...(packet.original === undefined ? [] : [`rewritten, ${wayOf(packet)}`]),
    ...(said === undefined ? [] : [`decided by: ${said}`]),
  ]
  for (const row of rows) coverage.add(row, family)
}

/** What the packets of every host with two workloads meet. */
export const packetRows: readonly string[] = [
  ...['allow', 'deny'].flatMap((verdict) => [
    `verdict ${verdict}`,
    ...['received', 'sent', 'forwarded', 'from a workload', 'to a workload'].map((way) => `way ${way}: ${verdict}`),
  ]),
  ...['new', 'established', 'related', 'invalid', 'untracked'].map((state) => `state ${state}`),
  ...[6, 17, 1, 132, 136, 4, 253].map((protocol) => `protocol ${protocol}`),
  ...['received', 'sent', 'forwarded'].map((way) => `rewritten, ${way}`),
]

const builtIn = [
  'failsafe',
  'neighbour discovery',
  'known flow',
  'invalid state',
  'spoofed source',
  'unknown workload interface',
  'tunnel from a workload',
  'defaultEndpointToHostAction',
] as const

const criteria = ['ipVersion', 'protocol', 'notProtocol', 'icmp', 'notIcmp'] as const
const sides = ['source', 'destination'] as const
const entityCriteria = [
  'nets',
  'notNets',
  'selector',
  'notSelector',
  'ports',
  'namedPorts',
  'notPorts',
  'notNamedPorts',
] as const satisfies readonly (keyof EntityRule)[]

const directed = ['untracked', 'normal', 'forward', 'workload'].flatMap((stage) => [
  `${stage} ingress`,
  `${stage} egress`,
])

/** What is met where policies decide. The neighbours' own traffic exists over IPv6 only. */
export const policyRows: readonly string[] = [
  ...[...directed, 'preDnat ingress'].flatMap((list) => [
    ...['Allow', 'Deny', 'Pass', 'Log'].map((action) => `${list}: ${action}`),
    `${list}: tier ends with Pass`,
  ]),
  ...directed.filter((list) => !list.startsWith('untracked')).map((list) => `${list}: tier ends with Deny`),
  ...['normal', 'workload'].flatMap((stage) =>
    ['ingress', 'egress'].flatMap((direction) => [
      `${stage} ${direction}: end of list`,
      ...['Allow', 'Deny', 'Pass', 'Log'].map((action) => `${stage} ${direction}: ${action} of a profile`),
    ]),
  ),
  ...['Allow', 'Deny'].map((action) => `normal egress after DNAT: ${action}`),
  ...criteria.map((criterion) => `match ${criterion}`),
  ...sides.flatMap((side) => entityCriteria.map((criterion) => `match ${side} ${criterion}`)),
  ...builtIn.filter((text) => text !== 'neighbour discovery').map((text) => `decided by: ${text}`),
]

function rowsOf(meeting: Meeting, { stage, direction, packet }: Place): readonly string[] {
  const list = `${stage} ${direction}`
  switch (meeting.type) {
    case 'list':
      return []
    case 'tier':
      return [`${list}: tier ends with ${meeting.defaultAction}`]
    case 'end':
      return [`${list}: end of list`]
    case 'rule': {
      const { action } = meeting.rule
      const isRewritten = stage === 'normal' && direction === 'egress' && packet.original !== undefined
      return [
        `${list}: ${action}${meeting.isOfProfile ? ' of a profile' : ''}`,
        ...(isRewritten ? [`normal egress after DNAT: ${action}`] : []),
        ...criteriaOf(meeting.rule),
      ]
    }
  }
}

function criteriaOf(rule: PolicyRule): readonly string[] {
  return [
    ...criteria.filter((criterion) => rule[criterion] !== undefined).map((criterion) => `match ${criterion}`),
    ...sides.flatMap((side) =>
      entityCriteria
        .filter((criterion) => rule[side][criterion] !== undefined)
        .map((criterion) => `match ${side} ${criterion}`),
    ),
  ]
}

function wayOf({ iif, oif }: Packet): string {
  if (iif?.startsWith('cali')) return 'from a workload'
  if (oif?.startsWith('cali')) return 'to a workload'
  if (iif === undefined) return 'sent'
  return oif === undefined ? 'received' : 'forwarded'
}
