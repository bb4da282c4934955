/**
 * Packets that end on this host or begin there (behaviour.md 4.4, S3a, S3c, S4).
 *
 *   input        workload interface -> workload/host
 *                allowed before (mark) -> accept
 *                interfaces/ingress: eth0 -> ingress/web-1, ...; every other interface -> the star endpoint, if any
 *   output       to a workload and ended: drop
 *                to a workload, allowed before, or with a rewritten destination (judged below): accept
 *                else -> egress: interfaces/egress, star endpoint
 *   postrouting  sent by this host and rewritten -> egress: here the final interface is known
 *
 *   ingress/web-1   established, related: accept
 *                   invalid: drop
 *                   jump ended: drop what would bring an ended connection back
 *                   jump failsafe/ingress
 *                   jump ingress/web-1/policy
 *                   drop
 */

import type { EndpointView } from '../policy/host-view.ts'
import type { Direction } from '../policy/rule.ts'
import { accept, drop, goTo, jump, type Match, makeRule, type Rule, type Verdict } from '../ruleset/rule.ts'
import { endedRules } from './ended-connections.ts'
import { denialOf, denyVerdict, policyJump, trackingRules } from './endpoint-lists.ts'
import { failsafeChains } from './failsafe-chains.ts'
import { endpointChain } from './names.ts'
import { allowedBefore, familyRules, filterPriority, starOf } from './stage-rules.ts'
import { inward, onInterface, type TableBuilder, targetsOf, wildcard } from './table-builder.ts'

const rewritten: Match = { type: 'ct-dnat' }

export function addLocalStage(builder: TableBuilder): void {
  const { endpoints, settings } = builder.view
  const prefixes = settings.interfacePrefixes.map(wildcard)
  const open = [...familyRules(builder)]
  const fromWorkloads = prefixes.map((name) =>
    makeRule({ matches: [onInterface('iifname', name)], verdict: goTo('workload/host') }),
  )
  if (endpoints.length === 0) {
    builder.addBaseChain({ name: 'input', hook: 'input', priority: filterPriority(builder) }, [
      ...(prefixes.length > 0 ? open : []),
      ...fromWorkloads,
    ])
    const answers = prefixes.flatMap((name) => endedAnswers(builder, name))
    const output = answers.length > 0 ? [...open, ...answers] : []
    builder.addBaseChain({ name: 'output', hook: 'output', priority: filterPriority(builder) }, output)
    return
  }
  const deny = denyVerdict(builder)
  for (const view of endpoints)
    for (const direction of ['ingress', 'egress'] as const)
      addEndpointChain(builder, { view, direction, stage: direction, deny })
  builder.addBaseChain({ name: 'input', hook: 'input', priority: filterPriority(builder) }, [
    ...open,
    ...fromWorkloads,
    ...allowedBefore(builder, accept),
    ...dispatch(builder, 'ingress', 'ingress'),
  ])
  const toWorkloads = prefixes.map((name) => makeRule({ matches: [onInterface('oifname', name)], verdict: accept }))
  builder.addBaseChain({ name: 'output', hook: 'output', priority: filterPriority(builder) }, [
    ...open,
    ...allowedBefore(builder, accept),
    ...prefixes.flatMap((name) => endedAnswers(builder, name)),
    ...toWorkloads,
    makeRule({ matches: [rewritten], verdict: accept }),
    makeRule({ verdict: goTo('egress') }),
  ])
  builder.addChain('egress', dispatch(builder, 'egress', 'egress'))
  addPostrouting(builder, { open, toWorkloads, deny })
}

/** No policy judges what this host sends to a workload, so nothing else would keep an ended connection of one from coming back. */
function endedAnswers(builder: TableBuilder, name: string): readonly Rule[] {
  if (builder.view.workloads.length === 0) return []
  return endedRules(builder, [{ type: 'ct-state', states: ['new'] }, onInterface('oifname', name)])
}

interface EndpointStage {
  readonly view: EndpointView
  readonly direction: Direction
  readonly stage: string
  readonly deny: Verdict
}

function addEndpointChain(builder: TableBuilder, { view, direction, stage, deny }: EndpointStage): void {
  const chain = endpointChain(stage, view.endpoint.name)
  const denial = denialOf(builder, view, { direction, verdict: deny })
  const policies = policyJump(builder, {
    view,
    list: 'normal',
    direction,
    chain,
    verdicts: { allow: accept, deny },
    denial: [denial],
  })
  builder.addChain(chain, [
    ...trackingRules(builder, view, direction),
    makeRule({ verdict: jump(failsafeChains[direction]) }),
    ...policies,
    denial,
  ])
}

/** Nothing can be rejected after routing, so there denials drop, in chains of their own where others reject. */
function addPostrouting(
  builder: TableBuilder,
  {
    open,
    toWorkloads,
    deny,
  }: { readonly open: readonly Rule[]; readonly toWorkloads: readonly Rule[]; readonly deny: Verdict },
): void {
  const stage = deny.type === 'reject' ? 'rewritten' : 'egress'
  if (stage === 'rewritten') {
    for (const view of builder.view.endpoints)
      addEndpointChain(builder, { view, direction: 'egress', stage, deny: drop })
    builder.addChain(stage, dispatch(builder, 'egress', stage))
  }
  builder.addBaseChain({ name: 'postrouting', hook: 'postrouting', priority: -150 }, [
    ...open,
    ...toWorkloads,
    makeRule({ matches: [{ type: 'local-origin' }, rewritten], verdict: goTo(stage) }),
  ])
}

/** Loopback is not the star endpoint's (deviation DV-1). */
function dispatch(builder: TableBuilder, direction: Direction, stage: string): readonly Rule[] {
  const side = inward[direction]
  const entries = builder.view.endpoints.flatMap(({ endpoint, interfaces }) =>
    interfaces === '*' ? [] : interfaces.map((name) => [name, endpointChain(stage, endpoint.name)] as const),
  )
  const map = builder.addInterfaceMap(stage, targetsOf(entries))
  const star = starOf(builder)
  const others =
    star === undefined
      ? []
      : [
          makeRule({ matches: [onInterface(side, 'lo')], verdict: accept }),
          makeRule({ verdict: goTo(endpointChain(stage, star.endpoint.name)) }),
        ]
  return [makeRule({ verdict: { type: 'lookup', side, map } }), ...others]
}
