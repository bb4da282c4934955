/**
 * Packets that this host forwards, on their way in and out (behaviour.md 4.4, S3b). Between the two stand the workloads.
 *
 *   forward-ingress   established, related: accept
 *                     allowed before (mark): accept
 *                     interfaces/forward-ingress: eth0 -> forward/ingress/gw-1, ...; else the star endpoint, if any
 *   forward-egress    clear our mark; established, related: accept
 *                     interfaces/forward-egress, star endpoint
 *
 *   forward/ingress/gw-1   invalid, ended: drop
 *                          jump forward/ingress/gw-1/policy
 *                          drop, where a tier denies what it does not decide
 *
 * An endpoint without applyOnForward policies has only the rules of connection tracking here.
 */

import type { EndpointView } from '../policy/host-view.ts'
import type { Direction } from '../policy/rule.ts'
import { accept, makeRule } from '../ruleset/rule.ts'
import { dispatch } from './dispatch.ts'
import { denialOf, denyVerdict, established, policyJump, trackingRules } from './endpoint-lists.ts'
import { addFilterChain } from './filter-hooks.ts'
import { endpointChain } from './names.ts'
import { deniesAtEnd } from './policy-chains.ts'
import { allowedBefore, markStatement, usesMark } from './stage-rules.ts'
import type { TableBuilder } from './table-builder.ts'

export function addForwardStage(builder: TableBuilder): void {
  const { endpoints } = builder.view
  if (endpoints.length === 0) return
  for (const view of endpoints)
    for (const direction of ['ingress', 'egress'] as const) addEndpointChain(builder, view, direction)
  addFilterChain(builder, { hook: 'forward', step: 'forward-ingress' }, [
    established,
    ...allowedBefore(builder, accept),
    ...dispatch(builder, 'ingress', 'forward/ingress'),
  ])
  addFilterChain(builder, { hook: 'forward', step: 'forward-egress' }, [
    ...(usesMark(builder) ? [makeRule({ statements: [markStatement(builder, 'clear-mark')] })] : []),
    established,
    ...dispatch(builder, 'egress', 'forward/egress'),
  ])
}

/** What no tier decides goes on (EV-20, EV-21, DV-4). */
function addEndpointChain(builder: TableBuilder, view: EndpointView, direction: Direction): void {
  const chain = endpointChain(`forward/${direction}`, view.endpoint.name)
  const list = view.lists.forward[direction]
  const deny = denyVerdict(builder)
  const denial = [denialOf(builder, view, { direction, verdict: deny })]
  const verdicts = { allow: accept, deny }
  const name = { kind: 'forward', owner: view.endpoint.name } as const
  builder.addChain(chain, [
    ...trackingRules(builder, view, direction),
    ...policyJump(builder, { list, name, direction, chain, verdicts, denial }),
    ...(deniesAtEnd(list, direction) ? denial : []),
  ])
}
