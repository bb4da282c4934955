/** Random packets aimed at one rule of a host: on its way, in its protocol, between addresses and ports that it names. */

import type { Address } from '../../src/net/address.ts'
import { type Cidr, cidrInterval } from '../../src/net/cidr.ts'
import type { Family } from '../../src/net/family.ts'
import { hasPorts, icmp, icmpv6 } from '../../src/net/protocol.ts'
import type { Packet } from '../../src/packet/packet.ts'
import type { HostView, ListName, PolicyList } from '../../src/policy/host-view.ts'
import { namedPortKey } from '../../src/policy/named-port-key.ts'
import type { Direction, EntityRule, PolicyRule } from '../../src/policy/rule.ts'
import { printSelector } from '../../src/selector/print-selector.ts'
import type { Dice } from './dice.ts'

/** A rule, where packets meet it. */
export interface Aim {
  readonly list: ListName | 'workload'
  readonly direction: Direction
  /** On which the packet arrives (ingress) or leaves (egress); of a workload the other way round. Undefined: any. */
  readonly interfaceName: string | undefined
  readonly isOfProfile: boolean
  readonly rule: PolicyRule
}

/** Never empty groups: of one list, direction and action each, so that what is rare can be picked as often as the rest. */
export function aimsOf(view: HostView): readonly (readonly Aim[])[] {
  const groups = new Map<string, Aim[]>()
  for (const aim of allAims(view)) {
    const key = `${aim.list} ${aim.direction} ${aim.isOfProfile} ${aim.rule.action}`
    groups.set(key, [...(groups.get(key) ?? []), aim])
  }
  return [...groups.values()]
}

function allAims(view: HostView): readonly Aim[] {
  const directions = ['ingress', 'egress'] as const
  const endpoints = view.endpoints.flatMap(({ interfaces, lists }) =>
    (['untracked', 'preDnat', 'normal', 'forward'] as const).flatMap((list) =>
      directions.flatMap((direction) =>
        (interfaces === '*' ? [undefined] : interfaces).flatMap((interfaceName) =>
          rulesOf(lists[list][direction], direction).map((rule) => ({ list, direction, interfaceName, ...rule })),
        ),
      ),
    ),
  )
  const workloads = view.workloads.flatMap(({ workload: { interfaceName }, lists }) =>
    directions.flatMap((direction) =>
      rulesOf(lists[direction], direction).map(
        (rule): Aim => ({ list: 'workload', direction, interfaceName, ...rule }),
      ),
    ),
  )
  return [...endpoints, ...workloads]
}

function rulesOf({ tiers, profiles }: PolicyList, direction: Direction): readonly Pick<Aim, 'rule' | 'isOfProfile'>[] {
  const policies = tiers.flatMap((tier) => tier.policies).flatMap((policy) => policy[direction])
  const ofProfiles = profiles.flatMap((profile) => profile[direction])
  return [
    ...policies.map((rule) => ({ rule, isOfProfile: false })),
    ...ofProfiles.map((rule) => ({ rule, isOfProfile: true })),
  ]
}

/** Everything that the rule does not ask for is as in the given packet, where it can be. */
export function aimedPacket(
  dice: Dice,
  view: HostView,
  { aim, packet }: { readonly aim: Aim; readonly packet: Packet },
): Packet {
  const { rule } = aim
  const way = wayTo(aim, packet)
  const family = rule.ipVersion ?? familyOf(rule) ?? packet.source.family
  if (family !== packet.source.family) return { ...packet, ...way }
  const transport = transportOf(dice, rule, packet)
  const side = (name: 'source' | 'destination') => sideOf(dice, view, { rule, entity: rule[name], family })
  const [from, to] = [side('source'), side('destination')]
  const protocol = to.protocol ?? from.protocol ?? transport.protocol
  const carries = hasPorts(protocol)
  return {
    ...packet,
    ...way,
    ...transport,
    protocol,
    icmp: carries ? undefined : transport.icmp,
    source: from.address ?? packet.source,
    destination: to.address ?? packet.destination,
    sourcePort: carries ? (from.port ?? transport.sourcePort ?? 40000) : transport.sourcePort,
    destinationPort: carries ? (to.port ?? transport.destinationPort ?? 40000) : transport.destinationPort,
  }
}

function wayTo({ list, direction, interfaceName }: Aim, packet: Packet): Pick<Packet, 'iif' | 'oif'> {
  const isInward = (direction === 'ingress') === (list !== 'workload')
  const own = interfaceName ?? (isInward ? packet.iif : packet.oif) ?? 'eth1'
  const other = (isInward ? packet.oif : packet.iif) ?? (list === 'forward' ? 'eth2' : undefined)
  if (list === 'normal' || own === 'lo') return isInward ? { iif: own, oif: undefined } : { iif: undefined, oif: own }
  const beyond = other === 'lo' ? undefined : other
  if (list === 'untracked' && !isInward) return { iif: undefined, oif: own }
  return isInward ? { iif: own, oif: beyond } : { iif: beyond, oif: own }
}

function familyOf({ source, destination }: PolicyRule): Family | undefined {
  const nets = [source.nets, source.notNets, destination.nets, destination.notNets].flatMap((list) => list ?? [])
  return nets[0]?.family
}

type Transport = Pick<Packet, 'protocol' | 'sourcePort' | 'destinationPort' | 'icmp'>

function transportOf(dice: Dice, rule: PolicyRule, packet: Packet): Transport {
  const { protocol = packet.protocol } = rule
  if (protocol === icmp || protocol === icmpv6) {
    const wanted = rule.icmp ?? packet.icmp ?? { type: protocol === icmp ? 8 : 128, code: undefined }
    return {
      protocol,
      sourcePort: undefined,
      destinationPort: undefined,
      icmp: { type: wanted.type, code: wanted.code ?? dice.below(3) },
    }
  }
  if (protocol === packet.protocol) return packet
  const port = hasPorts(protocol) || protocol === 136 ? 40000 : undefined
  return { protocol, sourcePort: port, destinationPort: port, icmp: undefined }
}

interface Side {
  readonly address?: Address
  readonly port?: number
  readonly protocol?: number
}

interface Wanted {
  readonly rule: PolicyRule
  readonly entity: EntityRule
  readonly family: Family
}

/** At the borders of what the rule names on this side. */
function sideOf(dice: Dice, view: HostView, { rule, entity, family }: Wanted): Side {
  const { nets, selector, ports, namedPorts } = entity
  if (namedPorts !== undefined && (ports === undefined || dice.chance(0.5))) {
    const key = namedPortKey({ names: namedPorts, protocol: rule.protocol, selector })
    const members = (view.namedPorts.get(key)?.members ?? []).filter(({ address }) => address.family === family)
    if (members.length > 0) return dice.pick(members)
  }
  const peers = selector === undefined ? undefined : view.peers.get(printSelector(selector))?.networks[family]
  const among = [...(nets ?? []), ...(peers ?? [])].filter((net) => net.family === family)
  const range = ports === undefined || ports.length === 0 ? undefined : dice.pick(ports)
  return {
    ...(among.length === 0 ? {} : { address: borderOf(dice, dice.pick(among)) }),
    ...(range === undefined ? {} : { port: dice.pick([range.from, range.to]) }),
  }
}

function borderOf(dice: Dice, net: Cidr): Address {
  const { from, to } = cidrInterval(net)
  return { family: net.family, value: dice.pick([from, to]) }
}
