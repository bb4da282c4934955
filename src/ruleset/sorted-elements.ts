/** The elements of a set or map in order: sorted once, and after an edit only what changed. */

import { changesOf, type Elements, originOf } from './edited-elements.ts'

const known = new WeakMap<Elements, readonly string[]>()

export function sortedElements(elements: Elements): readonly string[] {
  const found = known.get(elements)
  if (found !== undefined) return found
  const origin = originOf(elements)
  const sorted = origin === elements ? [...elements.keys()].sort() : editSorted(sortedElements(origin), elements)
  known.set(elements, sorted)
  return sorted
}

function editSorted(all: readonly string[], elements: Elements): readonly string[] {
  const changed = new Set(changesOf(elements))
  const added = [...changed].filter((element) => elements.has(element)).sort()
  const sorted: string[] = []
  let next = 0
  for (const element of all) {
    if (changed.has(element)) continue
    for (; next < added.length && (added[next] ?? '') < element; next++) sorted.push(added[next] ?? '')
    sorted.push(element)
  }
  return [...sorted, ...added.slice(next)]
}
