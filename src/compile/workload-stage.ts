/**
 * Workload interfaces: closed but for what the policies of a workload allow (behaviour.md 4.6).
 *
 *   workload-egress    (forward) from a workload -> workload/egress
 *   workload-ingress   (forward) to a workload   -> workload/ingress
 *   workload-to-host   (input)   IPv6's own upkeep of a known workload: accept; else -> workload/egress
 *   input              (input)   from a workload: what the settings say of packets to the host
 *                                without any workload there is no chain before this one: -> workload/egress
 *
 *   workload/egress    workloads/egress: cali1 -> workload/egress/<workload>; unknown: drop
 *
 * Workloads with the same lists share a chain.
 */

import type { WorkloadView } from '../policy/host-view.ts'
import type { Direction } from '../policy/rule.ts'
import type { MapValue } from '../ruleset/named-set.ts'
import { accept, drop, goTo, type Match, makeRule, type Rule } from '../ruleset/rule.ts'
import { endedJump } from './ended-connections.ts'
import { denyVerdict, established, policyJump } from './endpoint-lists.ts'
import { addFilterChain } from './filter-hooks.ts'
import { workloadName } from './names.ts'
import { SharedChains } from './shared-chains.ts'
import { onWorkloads, starOf } from './stage-rules.ts'
import { outward, type TableBuilder, targetsOf } from './table-builder.ts'

export function addWorkloadStage(builder: TableBuilder): void {
  if (builder.view.settings.interfacePrefixes.length === 0) return
  addDispatch(builder, 'ingress', knownFlows(builder))
  addDispatch(builder, 'egress', [])
  // the star endpoint of the way in has let known flows of every workload interface through
  const acceptedBefore = starOf(builder) === undefined ? [] : [established]
  addFilterChain(builder, { hook: 'forward', step: 'workload-egress' }, [
    ...acceptedBefore,
    ...onWorkloads(builder, 'iifname', { verdict: goTo('workload/egress') }),
  ])
  addFilterChain(
    builder,
    { hook: 'forward', step: 'workload-ingress' },
    onWorkloads(builder, 'oifname', { verdict: goTo('workload/ingress') }),
  )
  addHostChains(builder)
}

/** What the settings say of packets to the host that the egress policies of a workload allow (EV-43). */
export function workloadsToHost(builder: TableBuilder): readonly Rule[] {
  if (builder.view.workloads.length === 0) return onWorkloads(builder, 'iifname', { verdict: goTo('workload/egress') })
  const drops = builder.view.settings.endpointToHostAction === 'Drop'
  if (drops) return onWorkloads(builder, 'iifname', { verdict: goTo('workload/to-host') })
  return onWorkloads(builder, 'iifname', { verdict: accept, comment: 'defaultEndpointToHostAction' })
}

/** What IPv6 itself needs of its host, of a known workload (EV-43). */
export const discovery: Match = {
  type: 'icmp',
  family: 6,
  types: [130, 131, 132, 133, 135, 136],
  code: undefined,
  negated: false,
}
const discoveryComment = 'neighbour discovery and multicast listeners'

function addHostChains(builder: TableBuilder): void {
  const { workloads, settings } = builder.view
  if (workloads.length === 0) return
  const known = new Map<string, MapValue>(workloads.map(({ workload }) => [workload.interfaceName, accept]))
  const map = builder.addMap('workloads/known', { data: 'verdict', elements: known })
  builder.addChain('workload/host', [
    makeRule({
      matches: [discovery],
      verdict: { type: 'lookup', side: 'iifname', map },
      comment: discoveryComment,
    }),
    makeRule({ verdict: goTo('workload/egress') }),
  ])
  addFilterChain(
    builder,
    { hook: 'input', step: 'workload-to-host' },
    onWorkloads(builder, 'iifname', { verdict: goTo('workload/host') }),
  )
  if (settings.endpointToHostAction !== 'Drop') return
  builder.addChain('workload/to-host', [
    makeRule({ matches: [discovery], verdict: accept, comment: discoveryComment }),
    makeRule({
      statements: [builder.counter('workload/to-host', { type: 'other', what: 'defaultEndpointToHostAction' })],
      verdict: drop,
      comment: 'defaultEndpointToHostAction',
    }),
  ])
}

/** @param beforeUnknown rules for packets of an interface that no workload claims */
function addDispatch(builder: TableBuilder, direction: Direction, beforeUnknown: readonly Rule[]): void {
  const side = outward[direction]
  const denied = new Map<string, MapValue>()
  const chains = new SharedChains()
  const entries = builder.view.workloads.map((view) => {
    const { namespace, name, interfaceName } = view.workload
    const counter = `workload/${workloadName(view.workload)}/${direction}/denied`
    builder.counter(counter, { type: 'workload', namespace, name, direction })
    denied.set(interfaceName, { counter })
    return [interfaceName, chainOf(builder, { view, direction, chains })] as const
  })
  const map = builder.addMap(`workloads/${direction}`, { data: 'verdict', elements: targetsOf(entries) })
  if (entries.length > 0) builder.addMap(deniedMap(direction), { data: 'counter', elements: denied })
  builder.addChain(`workload/${direction}`, [
    makeRule({ verdict: { type: 'lookup', side, map } }),
    ...beforeUnknown,
    unknown(builder),
  ])
}

const deniedMap = (direction: Direction): string => `workloads/${direction}-denied`

/** Of packets to a workload: what a step before has accepted as a known flow meets no policy (behaviour.md 4.7). */
function knownFlows(builder: TableBuilder): readonly Rule[] {
  const { endpoints } = builder.view
  const names = endpoints.flatMap(({ interfaces }) => (interfaces === '*' ? [] : interfaces)).sort()
  const named: Match = { type: 'interface', side: 'iifname', names, negated: false }
  const from: Match = { type: 'interface', side: 'iifname', names: ['lo'], negated: true }
  return [
    ...(names.length === 0 ? [] : [makeRule({ ...established, matches: [...established.matches, named] })]),
    ...(starOf(builder) === undefined
      ? onWorkloads(builder, 'iifname', established)
      : [makeRule({ ...established, matches: [...established.matches, from] })]),
  ]
}

function unknown(builder: TableBuilder): Rule {
  const what = 'workload interface without a workload endpoint'
  const counter = builder.counter('workload/unknown', { type: 'other', what })
  return makeRule({ statements: [counter], verdict: drop, comment: what })
}

interface Target {
  readonly view: WorkloadView
  readonly direction: Direction
  /** Made so far. */
  readonly chains: SharedChains
}

function chainOf(builder: TableBuilder, { view, direction, chains }: Target): string {
  const list = view.lists[direction]
  const shared = chains.find(direction, [list])
  if (shared !== undefined) return shared
  const chain = `workload/${direction}/${workloadName(view.workload)}`
  chains.add(direction, { lists: [list], chain })
  const deny = denyVerdict(builder)
  // The second rule for a packet whose interface lost its counter in the same moment.
  const denial = [
    makeRule({
      statements: [{ type: 'counter-map', family: undefined, fields: [outward[direction]], map: deniedMap(direction) }],
      verdict: deny,
    }),
    makeRule({ verdict: deny }),
  ]
  const verdicts = { allow: accept, deny }
  builder.addChain(chain, [
    established,
    ...invalid(builder),
    endedJump(builder),
    ...(direction === 'egress' ? tunnelMatches(builder).map(refusedTunnel) : []),
    ...policyJump(builder, { list, name: { kind: 'workload', owner: '' }, direction, chain, verdicts, denial }),
    ...denial,
  ])
  return chain
}

function invalid(builder: TableBuilder): readonly Rule[] {
  if (!builder.view.settings.dropsInvalid) return []
  const counter = builder.counter('workload/invalid', { type: 'other', what: 'invalid packet of a workload' })
  return [makeRule({ matches: [{ type: 'ct-state', states: ['invalid'] }], statements: [counter], verdict: drop })]
}

function refusedTunnel(match: Match): Rule {
  return makeRule({ matches: [match], verdict: drop, comment: 'tunnelled packets from workloads' })
}

/** A workload that sends tunnelled packets could pass as the host (EV-41). */
export function tunnelMatches(builder: TableBuilder): readonly Match[] {
  const { allowsVxlanFromWorkloads, allowsIpipFromWorkloads } = builder.view.settings
  const vxlan: Match = { type: 'port', side: 'dport', protocol: 17, ranges: [{ from: 4789, to: 4789 }], negated: false }
  const ipip: Match = { type: 'protocol', protocols: [4], negated: false }
  return [...(allowsVxlanFromWorkloads ? [] : [vxlan]), ...(allowsIpipFromWorkloads ? [] : [ipip])]
}
