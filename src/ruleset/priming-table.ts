/** The table that stands before the first enforcement: it decides nothing and only makes the kernel track connections. */

import { printTable } from './print-table.ts'
import { accept, makeRule } from './rule.ts'
import { emptyRuleset, type Ruleset } from './ruleset.ts'

/** One rule that asks for the state is enough: the kernel then tracks both families in every hook. */
export const primingTable: Ruleset = {
  ...emptyRuleset,
  chains: new Map([
    [
      'connection-tracking',
      {
        name: 'connection-tracking',
        hook: { type: 'filter', hook: 'input', priority: 0, fallback: 'accept' },
        comment: undefined,
        rules: [makeRule({ matches: [{ type: 'ct-state', states: ['established', 'related'] }], verdict: accept })],
      },
    ],
  ]),
}

const primingText = printTable(primingTable)

/** Whether a live table is no policy yet: an activation was broken off while it waited. */
export function isPrimingTable(live: Ruleset | undefined): boolean {
  return live !== undefined && live.chains.size === 1 && printTable(live) === primingText
}

/** Whether a rule asks for the state of connections. */
export function usesConnectionTracking(ruleset: Ruleset): boolean {
  for (const chain of ruleset.chains.values())
    if (chain.rules.some((rule) => rule.matches.some((match) => match.type === 'ct-state'))) return true
  return false
}
