/** Whether a case of a policy test is about a packet, read field by field. */

import { cidrInterval } from '../../src/net/cidr.ts'
import type { Packet } from '../../src/packet/packet.ts'
import { usualHopLimit } from '../../src/packet/packet-words.ts'
import type { HostView } from '../../src/policy/host-view.ts'
import type { AddressChoice, NumberRange, TestCase } from '../../src/policy/policy-test.ts'
import { printSelector } from '../../src/selector/print-selector.ts'
import type { Selector } from '../../src/selector/selector.ts'
import { isNeighbourTraffic } from './built-in.ts'

export function describes(one: TestCase, packet: Packet, peers: HostView['peers']): boolean {
  const { protocols, original } = one
  const { protocol, source, icmp } = packet
  const isIn = (choice: AddressChoice | undefined, address: Packet['source'] | undefined): boolean =>
    choice === undefined || (address !== undefined && includes(choice, address, peers))
  const isNamed = one.state !== 'invalid' && (protocols?.some(({ number }) => number === 58) ?? false)
  return (
    (packet.original === undefined) === (original === undefined) &&
    packet.hopLimit === usualHopLimit(protocol, source.family === 6 ? icmp?.type : undefined) &&
    (isNamed || !isNeighbourTraffic({ ...packet, hopLimit: 255 })) &&
    (protocols?.some(
      ({ number, family }) => number === protocol && (family === undefined || family === source.family),
    ) ??
      true) &&
    isIn(one.source, source) &&
    isIn(one.destination, packet.destination) &&
    isIn(original?.destination, packet.original?.destination) &&
    holds(one.sourcePorts, packet.sourcePort) &&
    holds(one.destinationPorts, packet.destinationPort) &&
    holds(original?.destinationPorts, packet.original?.destinationPort) &&
    holds(one.icmpTypes, icmp?.type) &&
    holds(one.icmpCodes, icmp?.code)
  )
}

function holds(ranges: readonly NumberRange[] | undefined, value: number | undefined): boolean {
  return ranges === undefined || (value !== undefined && ranges.some(({ from, to }) => from <= value && value <= to))
}

function includes({ networks, peers: choices }: AddressChoice, address: Packet['source'], peers: HostView['peers']) {
  const isAmong = (list: AddressChoice['networks']): boolean =>
    list.some((net) => {
      const { from, to } = cidrInterval(net)
      return net.family === address.family && from <= address.value && address.value <= to
    })
  const isPeer = (selector: Selector): boolean =>
    isAmong(peers.get(printSelector(selector))?.networks[address.family] ?? [])
  return (
    isAmong(networks) ||
    choices.some(
      ({ selector, notSelector }) =>
        (selector === undefined || isPeer(selector)) && (notSelector === undefined || !isPeer(notSelector)),
    )
  )
}
