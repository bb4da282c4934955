/** Runs of one shape -> the elements of the map that they become; of a map that is known only what its runs change. */

import { editMap } from '../ruleset/edited-elements.ts'
import type { MapValue } from '../ruleset/named-set.ts'
import { keysOf, type Run } from './runs.ts'

type MapElements = ReadonlyMap<string, MapValue>

/** The runs behind the elements of a map, as long as no two of their rules share a key. */
const known = new WeakMap<MapElements, readonly Run[]>()

/** A key that two rules share is counted by the first. @param before of the map that had the name; given back when nothing changes */
export function mergedElements(runs: readonly Run[], before: MapElements | undefined): MapElements {
  const edited = before === undefined ? undefined : editElements(runs, before)
  if (edited !== undefined) {
    known.set(edited, runs)
    return edited
  }
  const elements = new Map<string, MapValue>()
  let count = 0
  for (const run of runs)
    for (const [key, value] of entriesOf(run)) {
      count++
      if (!elements.has(key)) elements.set(key, value)
    }
  if (count === elements.size) known.set(elements, runs)
  return elements
}

/** Undefined where the order of the rules would decide about an element. */
function editElements(runs: readonly Run[], before: MapElements): MapElements | undefined {
  const runsBefore = known.get(before)
  if (runsBefore === undefined) return undefined
  const [now, then] = [new Set(runs), new Set(runsBefore)]
  const deleted = new Map(runsBefore.flatMap((run) => (now.has(run) ? [] : entriesOf(run))))
  const added = new Map<string, MapValue>()
  for (const run of runs) {
    if (then.has(run)) continue
    for (const [key, value] of entriesOf(run)) {
      if (added.has(key) || (before.has(key) && !deleted.has(key))) return undefined
      added.set(key, value)
    }
  }
  for (const [key, value] of deleted) {
    if (!sameCounter(added.get(key), value)) continue
    deleted.delete(key)
    added.delete(key)
  }
  return editMap(before, { deleted: deleted.keys(), added })
}

function entriesOf({ rules }: Run): readonly (readonly [string, MapValue])[] {
  return rules.flatMap(({ matches, statements: [statement] }) =>
    statement?.type === 'counter' ? keysOf(matches).map((key) => [key, { counter: statement.name }] as const) : [],
  )
}

function sameCounter(a: MapValue | undefined, b: MapValue): boolean {
  return a !== undefined && 'counter' in a && 'counter' in b && a.counter === b.counter
}
