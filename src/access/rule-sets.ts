/** A rule -> the set of packets that it matches (behaviour.md section 6). */

import { type Cidr, hostCidr } from '../net/cidr.ts'
import { type Family, families } from '../net/family.ts'
import { icmp, icmpv6 } from '../net/protocol.ts'
import type { AddressField, NumberField } from '../packet-set/fields.ts'
import type { PacketSet, PacketSets } from '../packet-set/packet-sets.ts'
import type { HostView, NamedPortMember } from '../policy/host-view.ts'
import { namedPortKey } from '../policy/named-port-key.ts'
import type { EntityRule, IcmpMatch, PolicyRule } from '../policy/rule.ts'
import { printSelector } from '../selector/print-selector.ts'
import type { Selector } from '../selector/selector.ts'

/** Whether a rule sees a packet as it was sent or as it is after DNAT, where there was one. */
export type Sight = 'as-sent' | 'as-it-is'

/** What a rule's names stand for. */
export type RuleNames = Pick<HostView, 'peers' | 'namedPorts'>

/** Of one revision: equal selectors must stand for equal networks in all views that are asked about. */
export class RuleSets {
  private readonly sets: PacketSets
  private readonly rules: Readonly<Record<Sight, Map<PolicyRule, PacketSet>>> = {
    'as-sent': new Map(),
    'as-it-is': new Map(),
  }
  private readonly peers = new Map<string, PacketSet>()

  constructor(sets: PacketSets) {
    this.sets = sets
  }

  ofRule(rule: PolicyRule, names: RuleNames, sight: Sight = 'as-it-is'): PacketSet {
    const known = this.rules[sight].get(rule)
    if (known !== undefined) return known
    const made = this.make(rule, names, sight)
    this.rules[sight].set(rule, made)
    return made
  }

  private make(rule: PolicyRule, names: RuleNames, sight: Sight): PacketSet {
    const { sets } = this
    const { protocol, notProtocol } = rule
    const isRewritten = sight === 'as-sent'
    const source: Side = { rule, names, address: 'source', port: 'sourcePort' }
    const destination: Side = {
      rule,
      names,
      address: isRewritten ? 'original' : 'destination',
      port: isRewritten ? 'originalPort' : 'destinationPort',
    }
    return sets.intersectionOf([
      this.familiesOf(rule),
      protocol === undefined ? sets.all : sets.ofNumber('protocol', protocol),
      notProtocol === undefined ? sets.all : sets.complement(sets.ofNumber('protocol', notProtocol)),
      rule.icmp === undefined ? sets.all : this.ofIcmp(rule.icmp),
      rule.notIcmp === undefined ? sets.all : sets.complement(this.ofIcmp(rule.notIcmp)),
      this.ofEntity(rule.source, source),
      this.ofEntity(rule.destination, destination),
    ])
  }

  /** RM-20, RM-21: a list of networks, negated or not, without one of the family takes the rule away there. */
  private familiesOf({ ipVersion, source, destination }: PolicyRule): PacketSet {
    const lists = [source.nets, source.notNets, destination.nets, destination.notNets]
    const isSeen = (family: Family): boolean =>
      (ipVersion === undefined || ipVersion === family) &&
      lists.every((nets) => nets === undefined || nets.some((net) => net.family === family))
    return this.sets.unionOf(families.filter(isSeen).map((family) => this.sets.ofFamily(family)))
  }

  /** Only the family's own ICMP has a type. */
  private ofIcmp({ type, code }: IcmpMatch): PacketSet {
    const { sets } = this
    return sets.intersectionOf([
      ofIcmpPackets(sets),
      sets.ofNumber('icmpType', type),
      code === undefined ? sets.all : sets.ofNumber('icmpCode', code),
    ])
  }

  private ofEntity(entity: EntityRule, side: Side): PacketSet {
    const { sets } = this
    const { nets, notNets, selector, notSelector } = entity
    const networks = (among: readonly Cidr[]) => sets.ofNetworks(side.address, among)
    return sets.intersectionOf([
      nets === undefined ? sets.all : networks(nets),
      notNets === undefined ? sets.all : sets.complement(networks(notNets)),
      selector === undefined ? sets.all : this.ofPeers(selector, side),
      // by address, whatever object it belongs to (DV-6)
      notSelector === undefined ? sets.all : sets.complement(this.ofPeers(notSelector, side)),
      this.ofPorts(entity, side),
    ])
  }

  private ofPeers(selector: Selector, { names, address }: Side): PacketSet {
    const text = printSelector(selector)
    const key = `${address} ${text}`
    const known = this.peers.get(key)
    if (known !== undefined) return known
    const { 4: four = [], 6: six = [] } = names.peers.get(text)?.networks ?? {}
    const made = this.sets.ofNetworks(address, [...four, ...six])
    this.peers.set(key, made)
    return made
  }

  private ofPorts(entity: EntityRule, side: Side): PacketSet {
    const { sets } = this
    const { ports, namedPorts, notPorts, notNamedPorts } = entity
    const named = (portNames: EntityRule['namedPorts']) => this.ofNamedPorts(portNames, { entity, side })
    const wanted =
      ports === undefined && namedPorts === undefined
        ? sets.all
        : sets.union(sets.ofNumbers(side.port, ports ?? []), named(namedPorts))
    return sets.minus(wanted, sets.union(sets.ofNumbers(side.port, notPorts ?? []), named(notNamedPorts)))
  }

  /** RM-32 to RM-35: the port of the endpoint whose address the packet has on this side. */
  private ofNamedPorts(
    portNames: EntityRule['namedPorts'],
    { entity, side }: { readonly entity: EntityRule; readonly side: Side },
  ): PacketSet {
    const { sets } = this
    if (portNames === undefined) return sets.none
    const key = namedPortKey({ names: portNames, protocol: side.rule.protocol, selector: entity.selector })
    const members = side.names.namedPorts.get(key)?.members ?? []
    const addresses = new Map<string, NamedPortMember[]>()
    for (const member of members) {
      const service = `${member.protocol} ${member.port}`
      addresses.set(service, [...(addresses.get(service) ?? []), member])
    }
    return sets.unionOf([...addresses.values()].map((same) => this.ofService(same, side)))
  }

  /** @param members of one protocol and port */
  private ofService(members: readonly NamedPortMember[], side: Side): PacketSet {
    const { sets } = this
    const networks = members.map(({ address }) => hostCidr(address))
    return sets.intersectionOf([
      sets.ofNumber('protocol', members[0]?.protocol ?? 0),
      sets.ofNumber(side.port, members[0]?.port ?? 0),
      sets.ofNetworks(side.address, networks),
    ])
  }
}

interface Side {
  readonly rule: PolicyRule
  readonly names: RuleNames
  readonly address: AddressField
  readonly port: NumberField
}

export function ofIcmpPackets(sets: PacketSets): PacketSet {
  return sets.union(
    sets.intersect(sets.ofFamily(4), sets.ofNumber('protocol', icmp)),
    sets.intersect(sets.ofFamily(6), sets.ofNumber('protocol', icmpv6)),
  )
}
