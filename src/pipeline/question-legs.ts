/** On which hosts a packet from one member to another is judged, and by which interfaces it goes there. */

import type { Question } from '../packet/read-question.ts'
import type { HostEndpoint } from '../policy/host-endpoint.ts'
import type { WorkloadEndpoint } from '../policy/workload-endpoint.ts'
import type { PartyMember } from '../resolve/find-party.ts'
import type { HostExplainer } from './host-explainer.ts'

export interface Leg {
  readonly node: string
  readonly way: 'leaves' | 'reaches' | 'crosses'
  /** As in a packet. */
  readonly iif: string | undefined
  readonly oif: string | undefined
}

export interface LegsInput {
  readonly source: PartyMember
  readonly destination: PartyMember
  readonly question: Question
  /** The only host that is asked. */
  readonly host: string | undefined
  readonly explainerOf: (node: string) => HostExplainer
}

/** All ways that the packet may take, each with at least one leg; a string says why there is none. */
export function legsOf(input: LegsInput): readonly (readonly Leg[])[] | string {
  const { source, destination, host, question } = input
  const ends = [source.endpoint?.node, destination.endpoint?.node]
  if (host !== undefined && !ends.includes(host)) return crossing(input, host)
  if (question.iif !== undefined || question.oif !== undefined)
    return 'iif= and oif= are for a host between the ends: say which with --host'
  if (ends[0] !== undefined && ends[0] === ends[1]) return [...withinHost(input, ends[0])]
  const leaving = source.endpoint === undefined || isOther(host, ends[0]) ? undefined : waysOf(input, 'leaves')
  if (typeof leaving === 'string') return leaving
  const reaching = destination.endpoint === undefined || isOther(host, ends[1]) ? undefined : waysOf(input, 'reaches')
  if (typeof reaching === 'string') return reaching
  if (leaving === undefined && reaching === undefined)
    return `neither ${source.name} nor ${destination.name} is on a host of the policy: say with --host which host is between them`
  return (leaving ?? [undefined]).flatMap((first) =>
    (reaching ?? [undefined]).map((last) => [first, last].filter((leg) => leg !== undefined)),
  )
}

function isOther(host: string | undefined, node: string | undefined): boolean {
  return host !== undefined && host !== node
}

function crossing({ question: { iif, oif } }: LegsInput, node: string): readonly (readonly Leg[])[] | string {
  if (iif !== undefined && oif !== undefined) return [[{ node, way: 'crosses', iif, oif }]]
  return `${node} is at neither end: give iif= and oif=, by which it would pass such packets on`
}

/** Between workloads and their host; from the host to itself over loopback, once as it leaves and once as it arrives. */
function withinHost({ source, destination }: LegsInput, node: string): readonly (readonly Leg[])[] {
  const [iif, oif] = [workloadInterface(source.endpoint), workloadInterface(destination.endpoint)]
  if (iif !== undefined || oif !== undefined)
    return [[{ node, way: iif === undefined ? 'leaves' : 'reaches', iif, oif }]]
  return [
    [
      { node, way: 'leaves', iif: undefined, oif: 'lo' },
      { node, way: 'reaches', iif: 'lo', oif: undefined },
    ],
  ]
}

/** One for each interface that the packet may take between the end and the network. */
function waysOf(input: LegsInput, way: 'leaves' | 'reaches'): readonly Leg[] | string {
  const { endpoint, name } = way === 'leaves' ? input.source : input.destination
  if (endpoint === undefined) return []
  const { node } = endpoint
  const outside = interfacesOf(endpoint, input.explainerOf(node))
  if (outside.length === 0) return `${name} governs no interface of ${node}: nobody judges there`
  const own = workloadInterface(endpoint)
  return outside.map((other) =>
    way === 'leaves' ? { node, way, iif: own, oif: other } : { node, way, iif: other, oif: own },
  )
}

function workloadInterface(endpoint: HostEndpoint | WorkloadEndpoint | undefined): string | undefined {
  return endpoint?.kind === 'WorkloadEndpoint' ? endpoint.interfaceName : undefined
}

/** Towards the network: those that a host endpoint governs; for a workload, all of its host that are no workload's. */
function interfacesOf(
  endpoint: HostEndpoint | WorkloadEndpoint,
  { compilation, facts }: HostExplainer,
): readonly string[] {
  const { endpoints, settings } = compilation.view
  const isWorkload = (name: string): boolean => settings.interfacePrefixes.some((prefix) => name.startsWith(prefix))
  const known = facts.interfaces.map(({ name }) => name).filter((name) => name !== 'lo' && !isWorkload(name))
  const governed = endpoints.flatMap(({ interfaces }) => (interfaces === '*' ? [] : interfaces))
  if (endpoint.kind === 'WorkloadEndpoint') return known.length > 0 ? known : [unnamed]
  const own = endpoints.find((view) => view.endpoint === endpoint)?.interfaces ?? []
  if (own !== '*') return own
  const others = known.filter((name) => !governed.includes(name))
  return others.length > 0 ? others : [unnamed]
}

/** Of a host whose facts name no interface. */
const unnamed = 'other0'
