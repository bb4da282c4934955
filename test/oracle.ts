/** The behaviour specification as a judge of single packets: behaviour.md 4.4 to 4.8 with section 12, on what concerns one host. */

import { udp } from '../src/net/protocol.ts'
import type { Packet } from '../src/packet/packet.ts'
import type { EndpointView, HostView, WorkloadView } from '../src/policy/host-view.ts'
import type { Direction } from '../src/policy/rule.ts'
import { isFailsafe, isFailsafeReply, isNeighbourTraffic, isWorkloadNeighbourTraffic } from './oracle/built-in.ts'
import { evaluateNormal, evaluateTiers } from './oracle/evaluate-list.ts'
import { allow, deny, type Ruling } from './oracle/ruling.ts'
import type { WatchedView, Witness } from './oracle/witness.ts'

/** `allow` is also what nothing judges (UNPOLICED) and what is left to others (FALL). The witness is told what the packet meets on the way. */
export function judge(host: HostView, packet: Packet, witness: Witness = () => undefined): Ruling {
  const view: WatchedView = { ...host, witness }
  if (!view.settings.families.includes(packet.source.family)) return unpoliced
  const raw = judgeRaw(view, packet)
  if (raw?.verdict === 'deny') return raw
  const tracked: Packet = raw === undefined ? packet : { ...packet, state: 'untracked' }
  const early = raw ?? judgePreDnat(view, tracked)
  if (early?.verdict === 'deny') return early
  const flow: Flow = { view, packet: tracked, early }
  if (packet.iif === undefined) return judgeSent(flow)
  return packet.oif === undefined ? judgeReceived(flow) : judgeForwarded(flow)
}

const unpoliced = allow(undefined)

interface Flow {
  readonly view: WatchedView
  readonly packet: Packet
  /** What explicitly allowed the packet before DNAT: the ACCEPT mark (EV-31). */
  readonly early: Ruling | undefined
}

/** S1. Connection tracking has not seen the packet, so its state says nothing here. */
function judgeRaw(view: WatchedView, packet: Packet): Ruling | undefined {
  if (packet.iif !== undefined && isWorkloadInterface(view, packet.iif)) return judgeSpoofing(view, packet)
  const direction: Direction = packet.iif === undefined ? 'egress' : 'ingress'
  const endpoint = endpointAt(view, packet.iif ?? packet.oif)
  const seen = beforeDnat(packet)
  if (endpoint === undefined || isNeighbourTraffic(seen)) return undefined
  const isToOrFromHere = direction === 'egress' || endsHere(packet)
  if (isToOrFromHere && (isFailsafe(seen, direction, view.settings) || isFailsafeReply(seen, direction, view.settings)))
    return undefined
  const { name: owner } = endpoint.endpoint
  return evaluateTiers(endpoint.lists.untracked[direction], {
    view,
    packet: seen,
    direction,
    stage: 'untracked',
    owner,
  })
}

/**
 * EV-44, with a workload's addresses as its routes. `::` has no way back: it asks whether an address is free. On every interface
 * there is a route to fe80::/64, and the kernel asks for none when somebody without an IPv4 address speaks to the whole link.
 */
function judgeSpoofing(view: WatchedView, { iif, source, destination }: Packet): Ruling | undefined {
  const own = workloadAt(view, iif)?.workload.addresses ?? []
  if (source.family === 6 && (source.value === 0n || source.value >> 64n === 0xfe80n << 48n)) return undefined
  const isToLink = destination.value === 0xffffffffn || destination.value >> 8n === 0xe00000n
  if (source.family === 4 && source.value === 0n && isToLink) return undefined
  if (own.some(({ family, value }) => family === source.family && value === source.value)) return undefined
  return deny('spoofed source')
}

/** S2, of an endpoint with pre-DNAT policy. An Allow skips the ingress side of what follows, undefined does not. */
function judgePreDnat(view: WatchedView, packet: Packet): Ruling | undefined {
  if (packet.iif === undefined || isKnownFlow(packet)) return undefined
  const endpoint = endpointAt(view, packet.iif)
  if (endpoint === undefined) return undefined
  const list = endpoint.lists.preDnat.ingress
  const seen = beforeDnat(packet)
  if (isNeighbourTraffic(seen)) return undefined
  if (isDroppedAsInvalid(view, packet)) return list.tiers.length === 0 ? undefined : invalid
  if (endsHere(packet) && isFailsafe(seen, 'ingress', view.settings)) return undefined
  const { name: owner } = endpoint.endpoint
  return evaluateTiers(list, { view, packet: seen, direction: 'ingress', stage: 'preDnat', owner })
}

/** S3a. */
function judgeReceived({ view, packet, early }: Flow): Ruling {
  if (isWorkloadInterface(view, packet.iif)) return judgeWorkloadToHost(view, packet)
  return early ?? judgeNormal(view, packet, 'ingress')
}

/** S3c, and S4 for what was rewritten: `oif` is where the packet leaves after that. */
function judgeSent({ view, packet, early }: Flow): Ruling {
  if (early !== undefined) return early
  return isWorkloadInterface(view, packet.oif) ? unpoliced : judgeNormal(view, packet, 'egress')
}

function judgeNormal(view: WatchedView, packet: Packet, direction: Direction): Ruling {
  const endpoint = endpointAt(view, direction === 'ingress' ? packet.iif : packet.oif)
  if (endpoint === undefined) return unpoliced
  if (isNeighbourTraffic(packet)) return allow('neighbour discovery')
  if (isKnownFlow(packet)) return known
  if (isDroppedAsInvalid(view, packet)) return invalid
  if (isFailsafe(packet, direction, view.settings)) return allow('failsafe')
  const { name: owner } = endpoint.endpoint
  return evaluateNormal(endpoint.lists.normal[direction], { view, packet, direction, stage: 'normal', owner })
}

/** S3b: the first of the four that denies or knows the flow decides; the last to allow is named. */
function judgeForwarded({ view, packet, early }: Flow): Ruling {
  const inward = endpointAt(view, packet.iif)
  const outward = endpointAt(view, packet.oif)
  let last = early ?? unpoliced
  const steps: readonly (() => Ruling | undefined)[] = [
    () =>
      early === undefined && inward !== undefined
        ? judgeForward(view, packet, { endpoint: inward, direction: 'ingress' })
        : undefined,
    () => (isWorkloadInterface(view, packet.iif) ? judgeWorkload(view, packet, 'egress') : undefined),
    () => (isWorkloadInterface(view, packet.oif) ? judgeWorkload(view, packet, 'ingress') : undefined),
    () => (outward !== undefined ? judgeForward(view, packet, { endpoint: outward, direction: 'egress' }) : undefined),
  ]
  for (const step of steps) {
    const ruling = step()
    if (ruling?.verdict === 'deny' || ruling === known) return ruling
    last = ruling ?? last
  }
  return last
}

interface ForwardSide {
  readonly endpoint: EndpointView
  readonly direction: Direction
}

/** Without a decision the direction allows the packet (DV-4). */
function judgeForward(view: WatchedView, packet: Packet, { endpoint, direction }: ForwardSide): Ruling | undefined {
  if (isKnownFlow(packet)) return known
  if (isDroppedAsInvalid(view, packet)) return invalid
  const { name: owner } = endpoint.endpoint
  return evaluateTiers(endpoint.lists.forward[direction], { view, packet, direction, stage: 'forward', owner })
}

/** EV-41, EV-42. */
function judgeWorkload(view: WatchedView, packet: Packet, direction: Direction): Ruling {
  const workload = workloadAt(view, direction === 'egress' ? packet.iif : packet.oif)
  if (workload === undefined) return deny('unknown workload interface')
  if (isKnownFlow(packet)) return known
  if (isDroppedAsInvalid(view, packet)) return invalid
  if (direction === 'egress' && isForbiddenTunnel(view, packet)) return deny('tunnel from a workload')
  const { namespace, name } = workload.workload
  const owner = `${namespace}/${name}`
  return evaluateNormal(workload.lists[direction], { view, packet, direction, stage: 'workload', owner })
}

/** EV-43. */
function judgeWorkloadToHost(view: WatchedView, packet: Packet): Ruling {
  if (workloadAt(view, packet.iif) === undefined) return deny('unknown workload interface')
  if (isWorkloadNeighbourTraffic(packet)) return allow('neighbour discovery')
  const ruling = judgeWorkload(view, packet, 'egress')
  if (ruling.verdict === 'deny' || ruling === known) return ruling
  return view.settings.endpointToHostAction === 'Drop' ? deny('defaultEndpointToHostAction') : ruling
}

const vxlanPort = 4789
const ipip = 4

function isForbiddenTunnel({ settings }: HostView, { protocol, destinationPort }: Packet): boolean {
  const isVxlan = protocol === udp && destinationPort === vxlanPort
  return (isVxlan && !settings.allowsVxlanFromWorkloads) || (protocol === ipip && !settings.allowsIpipFromWorkloads)
}

const known = allow('known flow')
const invalid = deny('invalid state')

function isKnownFlow({ state }: Packet): boolean {
  return state === 'established' || state === 'related'
}

function isDroppedAsInvalid({ settings }: HostView, { state }: Packet): boolean {
  return state === 'invalid' && settings.dropsInvalid
}

/** As S1 and S2 see it. */
function beforeDnat(packet: Packet): Packet {
  return packet.original === undefined ? packet : { ...packet, ...packet.original }
}

/** Whether the address that the packet was sent to is this host's: the host rewrites what is sent to itself (FS-6, DV-3). */
function endsHere({ oif, original }: Packet): boolean {
  return oif === undefined || original !== undefined
}

/** Named before star in every stage (DV-2); star has no loopback (DV-1), but it has workload interfaces (3.2). */
function endpointAt({ endpoints }: HostView, name: string | undefined): EndpointView | undefined {
  if (name === undefined) return undefined
  const named = endpoints.find(({ interfaces }) => interfaces !== '*' && interfaces.includes(name))
  return named ?? (name === 'lo' ? undefined : endpoints.find(({ interfaces }) => interfaces === '*'))
}

function isWorkloadInterface({ settings }: HostView, name: string | undefined): boolean {
  return name !== undefined && settings.interfacePrefixes.some((prefix) => name.startsWith(prefix))
}

function workloadAt({ workloads }: HostView, name: string | undefined): WorkloadView | undefined {
  return workloads.find(({ workload }) => workload.interfaceName === name)
}
