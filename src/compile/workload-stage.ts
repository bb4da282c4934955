/**
 * Workload interfaces: closed but for what the policies of a workload allow (behaviour.md 4.6).
 *
 *   workload/host     of a known workload: IPv6's own upkeep, jump workload/egress, then what the settings say; else drop
 *   workload/egress   workloads/egress: cali1 -> workload/egress/<workload>; unknown: drop
 *   workload/ingress  the same for packets to workloads
 *
 * Workloads with the same lists share a chain, which returns what it allows to the hook that asked.
 */

import type { WorkloadView } from '../policy/host-view.ts'
import type { Direction } from '../policy/rule.ts'
import type { MapValue } from '../ruleset/named-set.ts'
import { accept, drop, jump, type Match, makeRule, type Rule } from '../ruleset/rule.ts'
import { endedJump } from './ended-connections.ts'
import { denyVerdict, established } from './endpoint-lists.ts'
import { workloadName } from './names.ts'
import { returningRules } from './returning-rules.ts'
import { inward, type TableBuilder, targetsOf } from './table-builder.ts'

export function addWorkloadStage(builder: TableBuilder): void {
  if (builder.view.settings.interfacePrefixes.length === 0) return
  for (const direction of ['ingress', 'egress'] as const) addDispatch(builder, direction)
  addHostChains(builder)
}

function addHostChains(builder: TableBuilder): void {
  const { workloads, settings } = builder.view
  const known = targetsOf(workloads.map(({ workload }) => [workload.interfaceName, 'workload/host/known'] as const))
  const map = builder.addMap('workloads/host', { data: 'verdict', elements: known })
  const discovery: Match = {
    type: 'icmp',
    family: 6,
    types: [130, 131, 132, 133, 135, 136],
    code: undefined,
    negated: false,
  }
  builder.addChain('workload/host', [makeRule({ verdict: { type: 'lookup', side: 'iifname', map } }), unknown(builder)])
  builder.addChain('workload/host/known', [
    makeRule({ matches: [discovery], verdict: accept, comment: 'neighbour discovery and multicast listeners' }),
    makeRule({ verdict: jump('workload/egress') }),
    settings.endpointToHostAction === 'Drop'
      ? makeRule({
          statements: [builder.counter('workload/to-host', { type: 'other', what: 'defaultEndpointToHostAction' })],
          verdict: drop,
          comment: 'defaultEndpointToHostAction',
        })
      : makeRule({ verdict: accept, comment: 'defaultEndpointToHostAction' }),
  ])
}

function addDispatch(builder: TableBuilder, direction: Direction): void {
  const side = inward[direction] === 'iifname' ? 'oifname' : 'iifname'
  const denied = new Map<string, MapValue>()
  const chains = new Map<string, string>()
  const entries = builder.view.workloads.map((view) => {
    const { namespace, name, interfaceName } = view.workload
    const counter = `workload/${workloadName(view.workload)}/${direction}/denied`
    builder.counter(counter, { type: 'workload', namespace, name, direction })
    denied.set(interfaceName, { counter })
    return [interfaceName, chainOf(builder, { view, direction, chains })] as const
  })
  const map = builder.addMap(`workloads/${direction}`, { data: 'verdict', elements: targetsOf(entries) })
  if (entries.length > 0) builder.addMap(deniedMap(direction), { data: 'counter', elements: denied })
  builder.addChain(`workload/${direction}`, [makeRule({ verdict: { type: 'lookup', side, map } }), unknown(builder)])
}

const deniedMap = (direction: Direction): string => `workloads/${direction}-denied`

function unknown(builder: TableBuilder): Rule {
  const counter = builder.counter('workload/unknown', {
    type: 'other',
    what: 'workload interface without a workload endpoint',
  })
  return makeRule({ statements: [counter], verdict: drop, comment: 'workload interface without a workload endpoint' })
}

interface Target {
  readonly view: WorkloadView
  readonly direction: Direction
  /** Chains made so far, by what they implement. */
  readonly chains: Map<string, string>
}

function chainOf(builder: TableBuilder, { view, direction, chains }: Target): string {
  const list = view.lists[direction]
  const key = JSON.stringify([
    list.tiers.map((tier) => [
      tier.name,
      tier.defaultAction,
      tier.policies.map(({ kind, namespace, name }) => [kind, namespace, name]),
    ]),
    list.profiles.map((profile) => profile.name),
  ])
  const shared = chains.get(key)
  if (shared !== undefined) return shared
  const chain = `workload/${direction}/${workloadName(view.workload)}`
  chains.set(key, chain)
  const deny = denyVerdict(builder)
  const side = direction === 'ingress' ? 'oifname' : 'iifname'
  // The second rule for a packet whose interface lost its counter in the same moment.
  const denial = [
    makeRule({
      statements: [{ type: 'counter-map', family: undefined, fields: [side], map: deniedMap(direction) }],
      verdict: deny,
    }),
    makeRule({ verdict: deny }),
  ]
  const verdicts = { allow: { type: 'return' }, deny } as const
  const result = returningRules({ list, direction, chain, denial, verdicts, compile: builder.compileRule }, denial)
  builder.addChains(result)
  builder.addChain(chain, [
    established,
    ...invalid(builder),
    endedJump(builder),
    ...(direction === 'egress' ? tunnelRules(builder) : []),
    ...result.rules,
  ])
  return chain
}

function invalid(builder: TableBuilder): readonly Rule[] {
  if (!builder.view.settings.dropsInvalid) return []
  const counter = builder.counter('workload/invalid', { type: 'other', what: 'invalid packet of a workload' })
  return [makeRule({ matches: [{ type: 'ct-state', states: ['invalid'] }], statements: [counter], verdict: drop })]
}

/** A workload that sends tunnelled packets could pass as the host (EV-41). */
function tunnelRules(builder: TableBuilder): readonly Rule[] {
  const { allowsVxlanFromWorkloads, allowsIpipFromWorkloads } = builder.view.settings
  const vxlan: Match = { type: 'port', side: 'dport', protocol: 17, ranges: [{ from: 4789, to: 4789 }], negated: false }
  const ipip: Match = { type: 'protocol', protocols: [4], negated: false }
  const refused = [...(allowsVxlanFromWorkloads ? [] : [vxlan]), ...(allowsIpipFromWorkloads ? [] : [ipip])]
  return refused.map((match) =>
    makeRule({ matches: [match], verdict: drop, comment: 'tunnelled packets from workloads' }),
  )
}
