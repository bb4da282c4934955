/**
 * The base chains of the hooks where other programs filter, too. An accept ends one of them, and the packet goes on with the
 * next; a drop is final. So the steps that a packet has to pass one after the other are base chains one after the other.
 *
 *   input     workload-to-host    input
 *   forward   forward-ingress     workload-egress     workload-ingress     forward-egress
 *   output    output
 */

import { accept, type Match, makeRule, type Rule } from '../ruleset/rule.ts'
import type { TableBuilder } from './table-builder.ts'

const steps = {
  input: ['workload-to-host', 'input'],
  forward: ['forward-ingress', 'workload-egress', 'workload-ingress', 'forward-egress'],
  output: ['output'],
} as const

type FilterHook = keyof typeof steps
type FilterPlace = {
  readonly [Hook in FilterHook]: { readonly hook: Hook; readonly step: (typeof steps)[Hook][number] }
}[FilterHook]

/** Without rules there is no chain. */
export function addFilterChain(builder: TableBuilder, place: FilterPlace, rules: readonly Rule[]): void {
  const { hook, step: name } = place
  builder.addBaseChain({ name, hook, priority: filterPriority(builder, place) }, guarded(builder, rules))
}

/** All of a hook's before those of others at 0, or all of them after. Before each is room for what only looks at the packets that come to it. */
export function filterPriority(builder: TableBuilder, { hook, step }: FilterPlace): number {
  const names: readonly string[] = steps[hook]
  const at = names.indexOf(step)
  return builder.view.settings.position === 'last' ? 11 + 2 * at : 2 * (at - (names.length - 1))
}

/** IPv6 passes every hook when it is not to be filtered. */
export function guarded(builder: TableBuilder, rules: readonly Rule[]): readonly Rule[] {
  if (rules.length === 0 || builder.view.settings.families.includes(6)) return rules
  const other: Match = { type: 'family', family: 6 }
  return [makeRule({ matches: [other], verdict: accept }), ...rules]
}
