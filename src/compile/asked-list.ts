/** The list of policies that a base chain asks about a packet, line by line as matches: nothing merged, nothing cut. */

import type { Span } from '../diagnostic/source.ts'
import type { EndpointView, HostView, ListName, PolicyList } from '../policy/host-view.ts'
import { printResource } from '../policy/resource.ts'
import type { Direction, RuleAction } from '../policy/rule.ts'
import type { NamedSet } from '../ruleset/named-set.ts'
import type { Match } from '../ruleset/rule.ts'
import { ruleAlternatives } from './compile-rule.ts'
import { namedPortSets } from './named-port-sets.ts'
import { peerSets } from './peer-sets.ts'
import { type Station, stationsOf } from './stations.ts'

export interface AskedLine {
  /** `GlobalNetworkPolicy/web ingress[0]` */
  readonly text: string
  readonly span: Span
  readonly action: Exclude<RuleAction, 'Log'>
  /** It matches where all of one of them hold; never without one. */
  readonly alternatives: readonly (readonly Match[])[]
}

export interface AskedStation {
  /** `tier default`, `profile node-exporter` */
  readonly text: string
  /** What becomes of a packet that no line decides. */
  readonly end: 'deny' | 'pass'
  readonly lines: readonly AskedLine[]
}

export interface AskedList {
  /** What denies at its end, as findOrigin() calls it. */
  readonly denial: string
  readonly stations: readonly AskedStation[]
  /** Those that the matches name. */
  readonly sets: ReadonlyMap<string, NamedSet>
}

export interface AskingPlace {
  /** The base chain. */
  readonly chain: string
  readonly iif: string | undefined
  readonly oif: string | undefined
}

/** Undefined where the base chain asks no list about such a packet. */
export function askedList(view: HostView, place: AskingPlace): AskedList | undefined {
  const found = findList(view, place)
  if (found === undefined) return undefined
  const { list, direction, denial } = found
  const stations = stationsOf(list, direction).map((station) => ({
    text: station.tier === '' ? `profile ${station.resources[0]?.name}` : `tier ${station.tier}`,
    end: station.defaultAction === 'Deny' ? ('deny' as const) : ('pass' as const),
    lines: linesOf(station, direction, view),
  }))
  return { denial, stations, sets: setsOf(stations, view) }
}

interface FoundList {
  readonly list: PolicyList
  readonly direction: Direction
  readonly denial: string
}

const endpointLists: Readonly<Record<string, readonly [ListName, Direction]>> = {
  'raw-prerouting': ['untracked', 'ingress'],
  'raw-output': ['untracked', 'egress'],
  'pre-dnat': ['preDnat', 'ingress'],
  input: ['normal', 'ingress'],
  output: ['normal', 'egress'],
  postrouting: ['normal', 'egress'],
  'forward-ingress': ['forward', 'ingress'],
  'forward-egress': ['forward', 'egress'],
}
const workloadLists: Readonly<Record<string, Direction>> = {
  'workload-egress': 'egress',
  'workload-to-host': 'egress',
  'workload-ingress': 'ingress',
}

function findList(view: HostView, { chain, iif, oif }: AskingPlace): FoundList | undefined {
  const ofEndpoint = endpointLists[chain]
  if (ofEndpoint !== undefined) {
    const [list, direction] = ofEndpoint
    const owner = endpointAt(view, direction === 'ingress' ? iif : oif)
    if (owner === undefined) return undefined
    const denial = `HostEndpoint/${owner.endpoint.name} ${direction} default`
    return { list: owner.lists[list][direction], direction, denial }
  }
  const direction = workloadLists[chain]
  if (direction === undefined) return undefined
  const name = direction === 'egress' ? iif : oif
  const owner = view.workloads.find(({ workload }) => workload.interfaceName === name)
  if (owner === undefined) return undefined
  const { workload, lists } = owner
  const denial = `WorkloadEndpoint/${workload.namespace}/${workload.name} ${direction} default`
  return { list: lists[direction], direction, denial }
}

/** Loopback is the star endpoint's never (deviation DV-1). */
function endpointAt({ endpoints }: HostView, name: string | undefined): EndpointView | undefined {
  if (name === undefined) return undefined
  const own = endpoints.find(({ interfaces }) => interfaces !== '*' && interfaces.includes(name))
  return own ?? (name === 'lo' ? undefined : endpoints.find(({ interfaces }) => interfaces === '*'))
}

function linesOf({ resources }: Station, direction: Direction, view: HostView): readonly AskedLine[] {
  const { peers, namedPorts } = view
  const context = { peers, namedPorts, mostIntervals: Number.POSITIVE_INFINITY }
  return resources.flatMap((resource) => {
    const owner = printResource(resource)
    return resource[direction].flatMap((rule, index) => {
      if (rule.action === 'Log') return []
      const alternatives = ruleAlternatives(rule, context)
      return [{ text: `${owner} ${direction}[${index}]`, span: rule.span, action: rule.action, alternatives }]
    })
  })
}

function setsOf(stations: readonly AskedStation[], view: HostView): ReadonlyMap<string, NamedSet> {
  const matches = stations.flatMap(({ lines }) => lines.flatMap(({ alternatives }) => alternatives.flat()))
  const used = new Set(matches.flatMap(setNamesOf))
  const sets = [
    ...peerSets(view.peers.values(), { used, mostIntervals: Number.POSITIVE_INFINITY }),
    ...[...view.namedPorts.values()].flatMap(namedPortSets),
  ]
  return new Map(sets.map((set) => [set.name, set]))
}

function setNamesOf(match: Match): readonly string[] {
  if (match.type === 'lookup') return [match.set]
  return match.type === 'address' && match.among.type !== 'literal' ? [match.among.name] : []
}
