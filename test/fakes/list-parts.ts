/** Parts of a table in memory, as the kernel's are listed. */

import type { ListedPart } from '../../src/ruleset/part.ts'
import { emptyRuleset, type Ruleset } from '../../src/ruleset/ruleset.ts'

/** Undefined when one is not there. */
export function listParts(live: Ruleset | undefined, parts: readonly ListedPart[]): Ruleset | undefined {
  if (live === undefined) return undefined
  const names = new Set(parts.map(({ keyword, name }) => `${keyword} ${name}`))
  const named = <T>(keyword: string, objects: ReadonlyMap<string, T>): ReadonlyMap<string, T> =>
    new Map([...objects].filter(([name]) => names.has(`${keyword} ${name}`)))
  const [chains, sets, maps] = [named('chain', live.chains), named('set', live.sets), named('map', live.maps)]
  return chains.size + sets.size + maps.size < names.size ? undefined : { ...emptyRuleset, chains, sets, maps }
}
