/** Random packets at the borders of what a policy mentions: its addresses and ports, those just outside, and states of every kind. */

import type { HostFacts } from '../../src/host/host-facts.ts'
import { type Address, addressBits } from '../../src/net/address.ts'
import { cidrInterval, readCidr } from '../../src/net/cidr.ts'
import type { Family } from '../../src/net/family.ts'
import { readPortRange } from '../../src/net/port-range.ts'
import { hasPorts, icmp, icmpv6, udp } from '../../src/net/protocol.ts'
import type { Packet } from '../../src/packet/packet.ts'
import type { HostView } from '../../src/policy/host-view.ts'
import { type Aim, aimedPacket, aimsOf } from './aimed-packet.ts'
import type { Dice } from './dice.ts'

export interface Stock {
  readonly interfaces: readonly string[]
  readonly addresses: Readonly<Record<Family, readonly Address[]>>
  /** Of the host itself. */
  readonly own: readonly Address[]
  /** Of each workload interface. */
  readonly workloads: ReadonlyMap<string, readonly Address[]>
  readonly ports: readonly number[]
  /** What means something only together: named ports on their endpoints, failsafes. */
  readonly targets: readonly Target[]
  readonly view: HostView
  readonly aims: readonly (readonly Aim[])[]
}

export interface Target {
  /** Undefined: any. */
  readonly address: Address | undefined
  readonly protocol: number
  readonly port: number
}

interface Subject {
  /** The policy: every word of it that reads as a network or a port counts. */
  readonly text: string
  readonly facts: HostFacts
  readonly view: HostView
}

export function stockOf({ text, facts, view }: Subject): Stock {
  const workloads = new Map(view.workloads.map(({ workload }) => [workload.interfaceName, workload.addresses]))
  const words = [...new Set(text.split(/[\s[\]{},"']+/))]
  const own = facts.interfaces.flatMap((found) => found.addresses.map(({ address }) => address))
  const strangers = ['198.51.100.9', '2001:db8:ffff::9', 'ff02::1', '255.255.255.255']
  const all = [...own, ...[...words, ...strangers].flatMap(borders)]
  const ports = words.flatMap((word) => {
    const range = readPortRange(word.replace(/:$/, ''))
    return range === undefined ? [] : [range.from - 1, range.from, range.to, range.to + 1]
  })
  return {
    interfaces: [...new Set([...facts.interfaces.map(({ name }) => name), ...workloads.keys()])],
    targets: [
      { address: undefined, protocol: udp, port: vxlanPort },
      ...[...view.namedPorts.values()].flatMap(({ members }) => members),
      ...[...view.settings.failsafeInbound, ...view.settings.failsafeOutbound].map((target) => ({
        ...target,
        address: undefined,
      })),
    ],
    addresses: { 4: all.filter(({ family }) => family === 4), 6: all.filter(({ family }) => family === 6) },
    own,
    workloads,
    view,
    aims: aimsOf(view),
    ports: [...ports.filter((port) => port <= 65535), 22, 53, 80, 546, 4789, 40000],
  }
}

const vxlanPort = 4789

/** The first and last address of a network, and those just outside. */
function borders(word: string): readonly Address[] {
  const reading = readCidr(word)
  if (reading.type !== 'cidr') return []
  const { family } = reading.cidr
  const { from, to } = cidrInterval(reading.cidr)
  const limit = 1n << BigInt(addressBits(family))
  return [from - 1n, from, to, to + 1n]
    .filter((value) => 0n <= value && value < limit)
    .map((value) => ({ family, value }))
}

/** As packets can be: loopback only with itself, no ports without a protocol for them, neighbour discovery untracked and never forwarded. */
export function randomPacket(dice: Dice, stock: Stock): Packet {
  const packet = randomPlainPacket(dice, stock)
  const settled = settle(dice, stock, aimed(dice, stock, packet))
  const { state } = settled
  const isRewritten = state !== 'untracked' && state !== 'invalid' && dice.chance(0.25)
  return isRewritten ? rewritten(dice, stock, settled) : settled
}

/** Half of them at a rule, most others at what means something only together. */
function aimed(dice: Dice, stock: Stock, packet: Packet): Packet {
  const { aims, targets, view } = stock
  if (aims.length > 0 && dice.chance(0.55)) return aimedPacket(dice, view, { aim: dice.pick(dice.pick(aims)), packet })
  return targets.length > 0 && dice.chance(0.35) ? aimAt(packet, dice.pick(targets), dice) : packet
}

function randomPlainPacket(dice: Dice, stock: Stock): Packet {
  const way = randomWay(dice, stock.interfaces)
  const family = dice.pick<Family>([4, 6])
  return {
    ...way,
    source: randomAddress(dice, stock, { family, at: way.iif }),
    destination: randomAddress(dice, stock, { family, at: way.oif }),
    ...randomTransport(dice, family, stock.ports),
    hopLimit: dice.pick([64, 255, 255]),
    state: dice.pick([...states, 'new', 'new', 'new', 'new', 'new', 'new']),
    original: undefined,
  }
}

const states = ['new', 'established', 'related', 'invalid', 'untracked'] as const

function settle(dice: Dice, { workloads }: Stock, packet: Packet): Packet {
  const { iif, source, protocol, icmp: message } = packet
  const type = message?.type ?? 0
  const isLinkLocal = protocol === icmpv6 && ((type >= 130 && type <= 137) || type === 143)
  const placed: Packet = isLinkLocal
    ? { ...packet, state: 'untracked', oif: iif === undefined ? packet.oif : undefined }
    : packet
  const own = (workloads.get(iif ?? '') ?? []).filter(({ family }) => family === source.family)
  return own.length > 0 && dice.chance(0.7) ? { ...placed, source: dice.pick(own) } : placed
}

/** Mostly with all of the target, on the side where it counts or the other. */
function aimAt(packet: Packet, { address, protocol, port }: Target, dice: Dice): Packet {
  const toSource = dice.chance(0.3)
  const found = {
    ...packet,
    protocol: dice.chance(0.8) ? protocol : dice.pick([6, 17, 132]),
    sourcePort: toSource ? port : 40000,
    destinationPort: toSource ? 40000 : port,
    icmp: undefined,
  }
  if (address === undefined || address.family !== packet.source.family) return found
  return toSource ? { ...found, source: address } : { ...found, destination: address }
}

function rewritten(dice: Dice, stock: Stock, packet: Packet): Packet {
  const { family } = packet.destination
  const destination = randomAddress(dice, stock, { family, at: undefined })
  const destinationPort =
    packet.destinationPort === undefined ? undefined : dice.pick([packet.destinationPort, dice.pick(stock.ports)])
  return { ...packet, original: { destination, destinationPort } }
}

function randomWay(dice: Dice, interfaces: readonly string[]): Pick<Packet, 'iif' | 'oif'> {
  const one = dice.pick(interfaces)
  const kind = dice.below(3)
  if (kind === 0 || (one === 'lo' && dice.chance(0.5))) return { iif: one, oif: undefined }
  if (kind === 1 || one === 'lo') return { iif: undefined, oif: one }
  return { iif: one, oif: dice.pick(interfaces.filter((name) => name !== 'lo')) }
}

/** Mostly what belongs there: a workload's own address on its interface, the host's where there is no interface. */
function randomAddress(
  dice: Dice,
  { addresses, own, workloads }: Stock,
  { family, at }: { readonly family: Family; readonly at: string | undefined },
): Address {
  if (family === 6 && dice.chance(0.03)) return { family, value: 0n }
  const likely = (at === undefined ? own : (workloads.get(at) ?? [])).filter((address) => address.family === family)
  return likely.length > 0 && dice.chance(0.7) ? dice.pick(likely) : dice.pick(addresses[family])
}

type Transport = Pick<Packet, 'protocol' | 'sourcePort' | 'destinationPort' | 'icmp'>

function randomTransport(dice: Dice, family: Family, ports: readonly number[]): Transport {
  const ofFamily = family === 4 ? icmp : icmpv6
  const protocol = dice.pick([6, 6, 6, 17, 17, 132, ofFamily, ofFamily, 136, 4, 4, 253])
  const port = () => (hasPorts(protocol) || protocol === 136 ? dice.pick(ports) : undefined)
  const types = family === 4 ? [0, 3, 8, 11] : [1, 2, 128, 129, 130, 132, 133, 134, 135, 136, 143]
  return {
    protocol,
    sourcePort: port(),
    destinationPort: port(),
    icmp: protocol === ofFamily ? { type: dice.pick(types), code: dice.below(3) } : undefined,
  }
}
