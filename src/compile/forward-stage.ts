/**
 * Packets that this host forwards (behaviour.md 4.4, S3b). Each step returns here when it lets the packet go on.
 *
 *   forward   not allowed before: jump forward/ingress    -> the endpoint of the interface it came in by
 *             from a workload:    jump workload/egress
 *             to a workload:      jump workload/ingress
 *             clear our mark
 *             goto forward/egress                         -> the endpoint of the interface it leaves by
 *
 * An endpoint without applyOnForward policies has only the rules of connection tracking here.
 */

import type { EndpointView } from '../policy/host-view.ts'
import type { Direction } from '../policy/rule.ts'
import { goTo, jump, type Match, makeRule, type Rule } from '../ruleset/rule.ts'
import { denialOf, denyVerdict, trackingRules } from './endpoint-lists.ts'
import { endpointChain, policyChain } from './names.ts'
import { returningRules } from './returning-rules.ts'
import { familyRules, filterPriority, markStatement, starOf, usesMark } from './stage-rules.ts'
import { inward, onInterface, type TableBuilder, targetsOf, wildcard } from './table-builder.ts'

export function addForwardStage(builder: TableBuilder): void {
  const { endpoints, settings } = builder.view
  for (const direction of ['ingress', 'egress'] as const) addDispatch(builder, direction)
  const unmarked: readonly Match[] = usesMark(builder) ? [{ type: 'mark', bit: settings.markBit, isSet: false }] : []
  const clear = usesMark(builder) ? [makeRule({ statements: [markStatement(builder, 'clear-mark')] })] : []
  const prefixes = settings.interfacePrefixes.map(wildcard)
  const toEndpoints = endpoints.length > 0
  const rules = [
    ...(toEndpoints ? [makeRule({ matches: unmarked, verdict: jump('forward/ingress') })] : []),
    ...prefixes.map((name) => makeRule({ matches: [onInterface('iifname', name)], verdict: jump('workload/egress') })),
    ...prefixes.map((name) => makeRule({ matches: [onInterface('oifname', name)], verdict: jump('workload/ingress') })),
    ...clear,
    ...(toEndpoints ? [makeRule({ verdict: goTo('forward/egress') })] : []),
  ]
  if (rules.length > 0) {
    builder.addBaseChain({ name: 'forward', hook: 'forward', priority: filterPriority(builder) }, [
      ...familyRules(builder),
      ...rules,
    ])
  }
}

function addDispatch(builder: TableBuilder, direction: Direction): void {
  const { endpoints } = builder.view
  if (endpoints.length === 0) return
  const stage = `forward/${direction}`
  for (const view of endpoints) addEndpointChain(builder, view, direction)
  const entries = endpoints.flatMap(({ endpoint, interfaces }) =>
    interfaces === '*' ? [] : interfaces.map((name) => [name, endpointChain(stage, endpoint.name)] as const),
  )
  const map = builder.addInterfaceMap(`forward-${direction}`, targetsOf(entries))
  const star = starOf(builder)
  builder.addChain(stage, [
    makeRule({ verdict: { type: 'lookup', side: inward[direction], map } }),
    ...(star === undefined ? [] : [makeRule({ verdict: goTo(endpointChain(stage, star.endpoint.name)) })]),
  ])
}

function addEndpointChain(builder: TableBuilder, view: EndpointView, direction: Direction): void {
  const chain = endpointChain(`forward/${direction}`, view.endpoint.name)
  const list = view.lists.forward[direction]
  const tracking = trackingRules(builder, view, direction)
  builder.addChain(chain, [
    ...tracking,
    ...policyRules(builder, { view, direction, chain, hasPolicy: list.tiers.length > 0 }),
  ])
}

function policyRules(
  builder: TableBuilder,
  endpoint: {
    readonly view: EndpointView
    readonly direction: Direction
    readonly chain: string
    readonly hasPolicy: boolean
  },
): readonly Rule[] {
  const { view, direction } = endpoint
  if (!endpoint.hasPolicy) return []
  const deny = denyVerdict(builder)
  const denial = [denialOf(builder, view, { direction, verdict: deny })]
  const verdicts = { allow: { type: 'return' }, deny } as const
  const list = view.lists.forward[direction]
  const chain = policyChain(endpoint.chain)
  // A Pass in the last tier lets the packet go on (EV-21).
  const result = returningRules({ list, direction, chain, denial, verdicts, compile: builder.compileRule }, [])
  builder.addChains(result)
  return result.rules
}
