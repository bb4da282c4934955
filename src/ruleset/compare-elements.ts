/** Two large collections of one kind -> the few of their elements that have to be looked at. */

import { changesOf, type Elements, originOf } from './edited-elements.ts'
import { GroupedNames } from './grouped-names.ts'
import type { MapValue } from './named-set.ts'
import { printVerdict } from './print-rule.ts'

/** Keys or elements of the first, none twice; each that the second lacks or maps to something else is among them. */
export function differingCandidates(a: Elements, b: Elements): Iterable<string> {
  if (a === b) return []
  if (a instanceof GroupedNames && b instanceof GroupedNames) return inDifferingGroups(a, b)
  if (originOf(a) !== originOf(b)) return a.keys()
  return [...new Set([...changesOf(a), ...changesOf(b)])].filter((element) => a.has(element))
}

function inDifferingGroups(a: GroupedNames, b: GroupedNames): readonly string[] {
  const names: string[] = []
  for (const name of differingCandidates(a.groups, b.groups)) {
    const group = a.groups.get(name)
    if (group !== undefined && b.groups.get(name) !== group) names.push(...group)
  }
  return names
}

/** Sorted, what the first has and the second has not. */
export function missingFrom(a: ReadonlySet<string>, b: ReadonlySet<string>): readonly string[] {
  // to ask for every name by its group would take longer
  const others = b instanceof GroupedNames && !(a instanceof GroupedNames) ? b.all() : b
  const missing = new Set<string>()
  for (const name of differingCandidates(a, b)) if (!others.has(name)) missing.add(name)
  return [...missing].sort()
}

export function sameElements(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  if (a.size !== b.size) return false
  for (const element of differingCandidates(a, b)) if (!b.has(element)) return false
  return true
}

/** Sorted, what the first has and the second lacks or maps to something else. */
export function differingKeys(a: ReadonlyMap<string, MapValue>, b: ReadonlyMap<string, MapValue>): readonly string[] {
  const keys = new Set<string>()
  for (const key of differingCandidates(a, b)) if (!sameValue(a.get(key), b.get(key))) keys.add(key)
  return [...keys].sort()
}

function sameValue(a: MapValue | undefined, b: MapValue | undefined): boolean {
  if (a === b) return true
  if (a === undefined || b === undefined) return false
  if ('counter' in a) return 'counter' in b && a.counter === b.counter
  return !('counter' in b) && printVerdict(a) === printVerdict(b)
}
