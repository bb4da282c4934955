/** Small rules that several stages share. */

import type { EndpointView, ListName } from '../policy/host-view.ts'
import { makeRule, type Rule, type Statement, type Verdict } from '../ruleset/rule.ts'
import { onInterface, type TableBuilder, wildcard } from './table-builder.ts'

export function starOf(builder: TableBuilder): EndpointView | undefined {
  return builder.view.endpoints.find((endpoint) => endpoint.interfaces === '*')
}

export function hasList(view: EndpointView, list: ListName): boolean {
  const { ingress, egress } = view.lists[list]
  return ingress.tiers.length + egress.tiers.length > 0
}

/** The star endpoint's untracked policies are refused before (deviation DV-10). */
export function hasUntracked(view: EndpointView): boolean {
  return view.interfaces !== '*' && hasList(view, 'untracked')
}

/** Whether an Allow before the routing decision has to be remembered until after it. */
export function usesMark(builder: TableBuilder): boolean {
  return builder.view.endpoints.some((view) => hasUntracked(view) || hasList(view, 'preDnat'))
}

/** A packet that an untracked or pre-DNAT policy allowed. */
export function allowedBefore(builder: TableBuilder, verdict: Verdict): readonly Rule[] {
  if (!usesMark(builder)) return []
  return [makeRule({ matches: [{ type: 'mark', bit: builder.view.settings.markBit, isSet: true }], verdict })]
}

/** Rules for what comes from or goes to a workload's interface. */
export function onWorkloads(builder: TableBuilder, side: 'iifname' | 'oifname', rule: Partial<Rule>): readonly Rule[] {
  return builder.view.settings.interfacePrefixes.map((prefix) =>
    makeRule({ ...rule, matches: [...(rule.matches ?? []), onInterface(side, wildcard(prefix))] }),
  )
}

export function markStatement(builder: TableBuilder, type: 'set-mark' | 'clear-mark'): Statement {
  return { type, bit: builder.view.settings.markBit }
}
