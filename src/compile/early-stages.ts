/**
 * What is decided before connection tracking and before DNAT (behaviour.md 4.4, S1 and S2).
 *
 *   raw-prerouting -300   clear our mark; workload interfaces -> workload/source: drop spoofed sources
 *                         interfaces/untracked-ingress -> untracked/ingress/<endpoint>
 *   raw-output -300       clear our mark; interfaces/untracked-egress -> untracked/egress/<endpoint>
 *   pre-dnat -150         established, or allowed before: accept
 *                         interfaces/pre-dnat -> pre-dnat/<endpoint>, every other interface -> the star endpoint
 *
 * An Allow sets a bit of the packet's mark, by which later hooks know it; what no rule decides goes on.
 */

import type { EndpointView } from '../policy/host-view.ts'
import type { Direction } from '../policy/rule.ts'
import type { MapValue } from '../ruleset/named-set.ts'
import { accept, drop, goTo, jump, type Match, makeRule, type Rule } from '../ruleset/rule.ts'
import { endedJump } from './ended-connections.ts'
import { established, invalidRules, policyJump } from './endpoint-lists.ts'
import { addPreDnatFailsafes, addRawFailsafes, failsafeChains } from './failsafe-chains.ts'
import { guarded } from './filter-hooks.ts'
import { endpointChain } from './names.ts'
import { allowedBefore, hasList, hasUntracked, markStatement, starOf, usesMark } from './stage-rules.ts'
import { inward, onInterface, type TableBuilder, targetsOf, wildcard } from './table-builder.ts'

export function addRawStage(builder: TableBuilder): void {
  const clear = usesMark(builder) ? [makeRule({ statements: [markStatement(builder, 'clear-mark')] })] : []
  const untracked = builder.view.endpoints.filter(hasUntracked)
  if (untracked.length > 0) {
    addRawFailsafes(builder)
    const allow = [{ type: 'notrack' } as const, markStatement(builder, 'set-mark')]
    builder.addChain('allow/untracked', [makeRule({ statements: allow, verdict: accept })])
  }
  const ingress = [...clear, ...spoofingRules(builder), ...untrackedDispatch(builder, untracked, 'ingress')]
  const egress = [...clear, ...untrackedDispatch(builder, untracked, 'egress')]
  builder.addBaseChain({ name: 'raw-prerouting', hook: 'prerouting', priority: -300 }, guarded(builder, ingress))
  builder.addBaseChain({ name: 'raw-output', hook: 'output', priority: -300 }, guarded(builder, egress))
}

export function addPreDnatStage(builder: TableBuilder): void {
  const views = builder.view.endpoints.filter((view) => hasList(view, 'preDnat'))
  if (views.length === 0) return
  addPreDnatFailsafes(builder)
  const allow = markStatement(builder, 'set-mark')
  builder.addChain('allow/pre-dnat', [makeRule({ statements: [allow], verdict: accept })])
  for (const view of views) addPreDnatChain(builder, view)
  const star = views.find((view) => view.interfaces === '*')
  builder.addBaseChain(
    { name: 'pre-dnat', hook: 'prerouting', priority: -150 },
    guarded(builder, [
      established,
      ...allowedBefore(builder, accept),
      makeRule({
        verdict: { type: 'lookup', side: 'iifname', map: builder.addInterfaceMap('pre-dnat', preDnatTargets(builder)) },
      }),
      ...(star === undefined
        ? []
        : [
            makeRule({ matches: [onInterface('iifname', 'lo')], verdict: accept }),
            makeRule({ verdict: goTo(endpointChain('pre-dnat', star.endpoint.name)) }),
          ]),
    ]),
  )
}

function addPreDnatChain(builder: TableBuilder, view: EndpointView): void {
  const chain = endpointChain('pre-dnat', view.endpoint.name)
  const verdicts = { allow: goTo('allow/pre-dnat'), deny: drop }
  builder.addChain(chain, [
    ...invalidRules(builder, view, 'ingress'),
    endedJump(builder),
    makeRule({ verdict: jump(failsafeChains.preDnat) }),
    ...policyJump(builder, {
      list: view.lists.preDnat.ingress,
      name: { kind: 'preDnat', owner: view.endpoint.name },
      direction: 'ingress',
      chain,
      verdicts,
      denial: [],
    }),
  ])
}

/** A named endpoint without pre-DNAT policy keeps the star endpoint's away from its interfaces (deviation DV-2). */
function preDnatTargets(builder: TableBuilder): ReadonlyMap<string, MapValue> {
  const shadows = starOf(builder) !== undefined
  return new Map(
    builder.view.endpoints.flatMap((view) => {
      if (view.interfaces === '*' || !(shadows || hasList(view, 'preDnat'))) return []
      const target: MapValue = hasList(view, 'preDnat')
        ? goTo(endpointChain('pre-dnat', view.endpoint.name))
        : { type: 'return' }
      return view.interfaces.map((name) => [name, target] as const)
    }),
  )
}

function untrackedDispatch(
  builder: TableBuilder,
  views: readonly EndpointView[],
  direction: Direction,
): readonly Rule[] {
  if (views.length === 0) return []
  const stage = `untracked/${direction}`
  const verdicts = { allow: goTo('allow/untracked'), deny: drop }
  const entries = views.flatMap((view) => {
    const chain = endpointChain(stage, view.endpoint.name)
    builder.addChain(chain, [
      makeRule({ verdict: jump(direction === 'ingress' ? failsafeChains.rawIngress : failsafeChains.rawEgress) }),
      ...policyJump(builder, {
        list: view.lists.untracked[direction],
        name: { kind: 'untracked', owner: view.endpoint.name },
        direction,
        chain,
        verdicts,
        denial: [],
      }),
    ])
    return view.interfaces === '*' ? [] : view.interfaces.map((name) => [name, chain] as const)
  })
  const map = builder.addInterfaceMap(`untracked-${direction}`, targetsOf(entries))
  return [makeRule({ verdict: { type: 'lookup', side: inward[direction], map } })]
}

/** A workload that sends with an address that is not routed to it is stopped here (EV-44); duplicate address detection has none yet. */
function spoofingRules(builder: TableBuilder): readonly Rule[] {
  const { workloads, settings } = builder.view
  const prefixes = settings.interfacePrefixes.map(wildcard)
  // without workloads none of their packets passes, unless a star endpoint lets known connections through
  if (prefixes.length === 0 || (workloads.length === 0 && starOf(builder) === undefined)) return []
  const counter = builder.counter('workload/spoofed', { type: 'other', what: 'spoofed source of a workload' })
  const sources: readonly Match[] = [
    { type: 'family', family: 4 },
    { type: 'address', side: 'saddr', family: 6, among: { type: 'literal', elements: ['::'] }, negated: true },
  ]
  const spoofed = { type: 'spoofed' } as const
  builder.addChain(
    'workload/source',
    sources.map((source) => makeRule({ matches: [source, spoofed], statements: [counter], verdict: drop })),
  )
  return prefixes.map((name) => makeRule({ matches: [onInterface('iifname', name)], verdict: goTo('workload/source') }))
}
