/** How long the kernel may take to hold a table, and to list it, until nobody believes any more that it will. */

import { countElements, countRules, type Ruleset } from '../ruleset/ruleset.ts'

/** A small table takes hundredths of a second; a machine that has far too much to do takes more. */
const leastMs = 30_000
/** Ten times what nft and the kernel take, side by side with nothing else, for a table of 100,000 rules: 43 s. */
const perObjectMs = 5

/** @param tables that come and go; undefined: none */
export function loadAllowanceMs(tables: readonly (Ruleset | undefined)[]): number {
  const sizes = tables.map((table) => (table === undefined ? 0 : countRules(table) + countElements(table)))
  return leastMs + Math.max(...sizes) * perObjectMs
}
