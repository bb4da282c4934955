/**
 * Sends a probe through a world: over each host on its way, there and, when something answers, back.
 *
 * What the table leaves alone is the kernel's own policy's to judge; what it accepts is accepted, as with chains of one table.
 */

import { type Trace, trace } from '../../src/explain/trace.ts'
import { readAddress } from '../../src/net/address.ts'
import type { ConnectionState, Packet } from '../../src/packet/packet.ts'
import type { Dnat, Host, Listener, Place, World } from './topology.ts'

export interface Probe {
  readonly from: string
  /** A place or an address. */
  readonly to: string
  readonly protocol: string | number
  readonly port?: number
  readonly sourcePort?: number
  readonly spoofSource?: string
  readonly expect: 'allowed' | 'blocked' | 'rst'
}

/** A packet between two hosts, as written on it there. */
interface Flow {
  readonly from: Place
  readonly source: string
  readonly destination: string
  readonly protocol: string | number
  readonly sourcePort: number | undefined
  readonly port: number | undefined
}

interface Arrival {
  /** Undefined where the packet was dropped. */
  readonly at: Place | undefined
  readonly flow: Flow
  /** Whether each host on the way has tracked the packet. */
  readonly tracked: ReadonlyMap<string, boolean>
}

const numbers: Readonly<Record<string, number>> = { tcp: 6, udp: 17, sctp: 132 }

export function travel(world: World, probe: Probe): Probe['expect'] {
  const from = world.places.find(({ id }) => id === probe.from)
  if (from === undefined) throw new Error(`there is no place called "${probe.from}"`)
  const first = firstFlow(world, from, probe)
  const there = send(world, first, undefined)
  if (there.at === undefined) return 'blocked'
  const { source, destination, protocol, sourcePort, port } = there.flow
  const answer = {
    from: there.at,
    source: destination,
    destination: source,
    protocol,
    sourcePort: port,
    port: sourcePort,
  }
  const back = send(world, answer, there.tracked)
  if (back.at?.id !== from.id) return 'blocked'
  if (there.at.listens.some((listener) => hears(listener, there.flow))) return 'allowed'
  return probe.expect === 'rst' && protocol === 'tcp' ? 'rst' : 'blocked'
}

function firstFlow(world: World, from: Place, probe: Probe): Flow {
  const to = world.places.find(({ id }) => id === probe.to)
  const destination = to?.addresses[0] ?? probe.to
  const family = destination.includes(':')
  const own = from.addresses.find((address) => address.includes(':') === family)
  return {
    from,
    source: probe.spoofSource ?? own ?? '',
    destination,
    protocol: probe.protocol,
    sourcePort: probe.port === undefined ? undefined : (probe.sourcePort ?? 45000),
    port: probe.port,
  }
}

function hears({ protocol, ports }: Listener, flow: Flow): boolean {
  return protocol === flow.protocol && (ports === undefined || ports.includes(flow.port ?? 0))
}

/** @param tracked of the packet that this one answers */
function send(world: World, start: Flow, tracked: ReadonlyMap<string, boolean> | undefined): Arrival {
  const seen = new Map<string, boolean>()
  let flow = start
  let place = owner(world, start.destination)
  let host = hostToEnter(world, flow)
  let isFirst = true
  while (host !== undefined) {
    const origin = isFirst ? start.from : undefined
    const rewrite = tracked === undefined ? findDnat(world, { host, flow, origin }) : undefined
    const original = rewrite === undefined ? undefined : flow
    if (rewrite !== undefined) flow = { ...flow, destination: rewrite.toDestination, port: rewrite.toPort }
    place = owner(world, flow.destination)
    const interfaces = interfacesAt(world, { host, origin, target: place })
    const state = stateOf(tracked?.get(host), flow)
    const found = pass(world, { host, packet: packetOf({ flow, original, ...interfaces, state }) })
    seen.set(host, found.tracked)
    if (!found.passes) return { at: undefined, flow, tracked: seen }
    host = place?.host === host ? undefined : place?.host
    isFirst = false
  }
  return { at: place, flow, tracked: seen }
}

/** The sender's own host, or for the outside the host that it reaches the destination by. */
function hostToEnter(world: World, { from, destination }: Flow): string | undefined {
  return from.host ?? owner(world, destination)?.host
}

function owner(world: World, address: string): Place | undefined {
  return world.places.find(({ addresses }) => addresses.includes(address))
}

interface Stop {
  readonly host: string
  /** Where the packet comes from when this is the first host on its way. */
  readonly origin: Place | undefined
}

function findDnat({ dnat }: World, { host, flow, origin }: Stop & { readonly flow: Flow }): Dnat | undefined {
  const isOwn = origin?.host === host && origin.interfaceName === undefined
  return dnat.find(
    (rule) =>
      rule.host === host &&
      rule.hook === (isOwn ? 'output' : 'prerouting') &&
      rule.protocol === flow.protocol &&
      rule.destination === flow.destination &&
      rule.port === flow.port,
  )
}

function interfacesAt(world: World, { host, origin, target }: Stop & { readonly target: Place | undefined }) {
  const isInside = (place: Place | undefined) => place?.host === host && place.interfaceName !== undefined
  const isOwn = (place: Place | undefined) => place?.host === host && place.interfaceName === undefined
  const uplink = world.tunnel ?? 'eth0'
  const oif = isOwn(target) ? undefined : isInside(target) ? target?.interfaceName : uplink
  if (!isOwn(origin)) return { iif: isInside(origin) ? origin?.interfaceName : uplink, oif }
  return { iif: undefined, oif: oif ?? 'lo' }
}

/** @param isTracked whether the packet that this one answers was tracked; undefined when it answers none */
function stateOf(isTracked: boolean | undefined, { protocol }: Flow): ConnectionState {
  if (isTracked === undefined) return 'new'
  // the answer of a handshake that connection tracking has not seen starts no connection
  if (!isTracked) return protocol === 'udp' || typeof protocol === 'number' ? 'new' : 'invalid'
  return 'established'
}

interface Hop extends Pick<Packet, 'iif' | 'oif' | 'state'> {
  readonly flow: Flow
  /** Before it was rewritten. */
  readonly original: Flow | undefined
}

function packetOf({ flow, original, iif, oif, state }: Hop): Packet {
  return {
    iif,
    oif,
    state,
    source: address(flow.source),
    destination: address(flow.destination),
    protocol: typeof flow.protocol === 'number' ? flow.protocol : (numbers[flow.protocol] ?? 0),
    sourcePort: flow.sourcePort,
    destinationPort: flow.port,
    icmp: undefined,
    hopLimit: 64,
    original:
      original === undefined
        ? undefined
        : { destination: address(original.destination), destinationPort: original.port },
  }
}

function address(text: string) {
  const found = readAddress(text)
  if (found === undefined) throw new Error(`"${text}" is no address`)
  return found
}

function pass(world: World, { host: id, packet }: { readonly host: string; readonly packet: Packet }) {
  const host = world.hosts.get(id)
  if (host === undefined) throw new Error(`there is no host called "${id}"`)
  const local = packet.iif === undefined && packet.oif === 'lo'
  const legs = local ? [packet, { ...packet, iif: 'lo', oif: undefined }] : [packet]
  const traces = legs.map((leg) => trace({ ruleset: host.ruleset, packet: leg, surroundings: host.surroundings }))
  const untracked = traces.some(({ stages }) => stages.some(({ left }) => left.state === 'untracked'))
  const passes = traces.every(
    (found, at) => found.verdict === 'allow' && kernelAccepts(world, { host, packet: legs[at] ?? packet, found }),
  )
  return { passes, tracked: !untracked }
}

interface Question {
  readonly host: Host
  readonly packet: Packet
  readonly found: Trace
}

function kernelAccepts({ kernel }: World, { host, packet, found }: Question): boolean {
  const hook = packet.iif === undefined ? 'output' : packet.oif === undefined ? 'input' : 'forward'
  const isTouched = found.stages.some((stage) => stage.hook === hook && stage.touched)
  if (hook === 'forward') return kernel.ipForwarding && (isTouched || kernel.forwardPolicy === 'accept')
  if (hook === 'output' || kernel.inputPolicy === 'accept') return true
  if (kernel.inputAcceptsEstablished && packet.state === 'established') return true
  const isWorkloads = host.view.workloads.some(({ workload }) => workload.interfaceName === packet.iif)
  return isTouched && !(isWorkloads && host.view.settings.endpointToHostAction === 'Return')
}
