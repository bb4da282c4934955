/** Whether a rule matches a packet (behaviour.md section 6). */

import { type Address, addressBits } from '../../src/net/address.ts'
import { type Cidr, networkOf } from '../../src/net/cidr.ts'
import type { Packet } from '../../src/packet/packet.ts'
import type { HostView } from '../../src/policy/host-view.ts'
import { namedPortKey } from '../../src/policy/named-port-key.ts'
import type { EntityRule, IcmpMatch, PolicyRule } from '../../src/policy/rule.ts'
import { printSelector } from '../../src/selector/print-selector.ts'
import type { Selector } from '../../src/selector/selector.ts'

export function ruleMatches(rule: PolicyRule, packet: Packet, view: HostView): boolean {
  const { source, destination } = packet
  return (
    isOfFamily(rule, packet) &&
    (rule.protocol === undefined || rule.protocol === packet.protocol) &&
    (rule.notProtocol === undefined || rule.notProtocol !== packet.protocol) &&
    (rule.icmp === undefined || icmpMatches(rule.icmp, packet)) &&
    (rule.notIcmp === undefined || !icmpMatches(rule.notIcmp, packet)) &&
    entityMatches(rule.source, { rule, packet, view, address: source, port: packet.sourcePort }) &&
    entityMatches(rule.destination, { rule, packet, view, address: destination, port: packet.destinationPort })
  )
}

/** RM-20, RM-21: a rule with networks of only the other family, negated ones included, is not there at all. */
function isOfFamily({ ipVersion, source, destination }: PolicyRule, packet: Packet): boolean {
  const { family } = packet.source
  const lists = [source.nets, source.notNets, destination.nets, destination.notNets]
  return (
    (ipVersion === undefined || ipVersion === family) &&
    lists.every((nets) => nets === undefined || nets.some((net) => net.family === family))
  )
}

/** The pair as a whole (RM-40). */
function icmpMatches({ type, code }: IcmpMatch, { icmp }: Packet): boolean {
  return icmp !== undefined && icmp.type === type && (code === undefined || icmp.code === code)
}

/** One side of the packet, and what judges it. */
interface Side {
  readonly rule: PolicyRule
  readonly packet: Packet
  readonly view: HostView
  readonly address: Address
  readonly port: number | undefined
}

function entityMatches(entity: EntityRule, side: Side): boolean {
  const { address, view } = side
  const { nets, notNets, selector, notSelector } = entity
  return (
    (nets === undefined || isInAny(address, nets)) &&
    (notNets === undefined || !isInAny(address, notNets)) &&
    (selector === undefined || isPeer(address, selector, view)) &&
    // by address, whatever object it belongs to (DV-6)
    (notSelector === undefined || !isPeer(address, notSelector, view)) &&
    portsMatch(entity, side)
  )
}

function portsMatch(entity: EntityRule, side: Side): boolean {
  const { ports, namedPorts, notPorts, notNamedPorts } = entity
  const isInRanges = (ranges: EntityRule['ports']) =>
    side.port !== undefined && (ranges ?? []).some(({ from, to }) => from <= (side.port ?? 0) && (side.port ?? 0) <= to)
  const isNamed = (names: EntityRule['namedPorts']) => names !== undefined && isNamedPort(names, entity, side)
  return (
    ((ports === undefined && namedPorts === undefined) || isInRanges(ports) || isNamed(namedPorts)) &&
    !isInRanges(notPorts) &&
    !isNamed(notNamedPorts)
  )
}

/** RM-32 to RM-35: looked up on the endpoint whose address the packet has on this side. */
function isNamedPort(
  names: readonly string[],
  { selector }: EntityRule,
  { rule, packet, view, ...side }: Side,
): boolean {
  const key = namedPortKey({ names, protocol: rule.protocol, selector })
  const found = view.namedPorts.get(key)
  if (found === undefined) throw new Error(`the view has no named ports ${key}`)
  return found.members.some(
    ({ address, protocol, port }) =>
      address.family === side.address.family &&
      address.value === side.address.value &&
      protocol === packet.protocol &&
      port === side.port,
  )
}

function isPeer(address: Address, selector: Selector, view: HostView): boolean {
  const peers = view.peers.get(printSelector(selector))
  if (peers === undefined) throw new Error(`the view has no peers for ${printSelector(selector)}`)
  return isInAny(address, peers.networks[address.family])
}

function isInAny(address: Address, nets: readonly Cidr[]): boolean {
  return nets.some((net) => isIn(address, net))
}

export function isIn(address: Address, { family, base, prefix }: Cidr): boolean {
  return family === address.family && prefix <= addressBits(family) && networkOf(address, prefix).base === base
}
