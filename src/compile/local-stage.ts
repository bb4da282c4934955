/**
 * Packets that end on this host or begin there (behaviour.md 4.4, S3a, S3c, S4).
 *
 *   input        established, related: accept
 *                from a workload: see workload-stage.ts
 *                allowed before (mark) -> accept
 *                interfaces/ingress: eth0 -> ingress/web-1, ...; every other interface -> the star endpoint, if any
 *   output       established, related: accept
 *                to a workload and ended: drop
 *                to a workload, allowed before, or with a rewritten destination (judged below): accept
 *                else -> egress: interfaces/egress, star endpoint
 *   postrouting  established, related: accept
 *                sent by this host and rewritten -> egress: here the final interface is known
 *
 *   ingress/web-1   invalid: drop
 *                   jump ended: drop what would bring an ended connection back
 *                   jump failsafe/ingress
 *                   jump ingress/web-1/policy
 *                   drop
 */

import type { EndpointView } from '../policy/host-view.ts'
import type { Direction } from '../policy/rule.ts'
import { accept, drop, goTo, jump, type Match, makeRule, type Rule, type Verdict } from '../ruleset/rule.ts'
import { dispatch } from './dispatch.ts'
import { endedRules } from './ended-connections.ts'
import { denialOf, denyVerdict, established, policyJump, trackingRules } from './endpoint-lists.ts'
import { failsafeChains } from './failsafe-chains.ts'
import { addFilterChain, guarded } from './filter-hooks.ts'
import { endpointChain } from './names.ts'
import { allowedBefore, onWorkloads } from './stage-rules.ts'
import type { TableBuilder } from './table-builder.ts'
import { workloadsToHost } from './workload-stage.ts'

/** A packet whose destination was rewritten. */
export const rewritten: Match = { type: 'ct-dnat' }

export function addLocalStage(builder: TableBuilder): void {
  const { endpoints } = builder.view
  const place = { hook: 'input', step: 'input' } as const
  if (endpoints.length === 0) {
    addFilterChain(builder, place, fromWorkloads(builder))
    addFilterChain(builder, { hook: 'output', step: 'output' }, endedAnswers(builder))
    return
  }
  const deny = denyVerdict(builder)
  for (const view of endpoints)
    for (const direction of ['ingress', 'egress'] as const)
      addEndpointChain(builder, { view, direction, stage: direction, deny })
  addFilterChain(builder, place, [
    ...fromWorkloads(builder),
    ...allowedBefore(builder, accept),
    ...dispatch(builder, 'ingress', 'ingress'),
  ])
  const toWorkloads = onWorkloads(builder, 'oifname', { verdict: accept })
  addFilterChain(builder, { hook: 'output', step: 'output' }, [
    established,
    ...allowedBefore(builder, accept),
    ...endedAnswers(builder),
    ...toWorkloads,
    makeRule({ matches: [rewritten], verdict: accept }),
    makeRule({ verdict: goTo('egress') }),
  ])
  builder.addChain('egress', dispatch(builder, 'egress', 'egress'))
  addPostrouting(builder, toWorkloads, deny)
}

/** Known connections and packets from workloads: those of an unknown workload interface are never accepted. */
function fromWorkloads(builder: TableBuilder): readonly Rule[] {
  const rules = workloadsToHost(builder)
  if (builder.view.workloads.length === 0)
    return [...rules, ...(builder.view.endpoints.length === 0 ? [] : [established])]
  return [established, ...rules]
}

/** No policy judges what this host sends to a workload, so nothing else would keep an ended connection of one from coming back. */
function endedAnswers(builder: TableBuilder): readonly Rule[] {
  if (builder.view.workloads.length === 0) return []
  return onWorkloads(builder, 'oifname', { matches: [{ type: 'ct-state', states: ['new'] }] }).flatMap(({ matches }) =>
    endedRules(builder, matches),
  )
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
    list: view.lists.normal[direction],
    name: { kind: 'normal', owner: view.endpoint.name },
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
function addPostrouting(builder: TableBuilder, toWorkloads: readonly Rule[], deny: Verdict): void {
  const stage = deny.type === 'reject' ? 'rewritten' : 'egress'
  if (stage === 'rewritten') {
    for (const view of builder.view.endpoints)
      addEndpointChain(builder, { view, direction: 'egress', stage, deny: drop })
    builder.addChain(stage, dispatch(builder, 'egress', stage))
  }
  const sent = makeRule({ matches: [{ type: 'local-origin' }, rewritten], verdict: goTo(stage) })
  builder.addBaseChain(
    { name: 'postrouting', hook: 'postrouting', priority: -150 },
    guarded(builder, [established, ...toWorkloads, sent]),
  )
}
