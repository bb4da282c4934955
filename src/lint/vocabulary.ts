/** The labels that a repository gives, and whether a selector misspells one. */

import { isSlip } from '../diagnostic/nearest-name.ts'
import type { Labels } from '../policy/resource.ts'
import type { Selector } from '../selector/selector.ts'
import { labelsIn, type NamedLabel } from '../selector/selector-labels.ts'

/** By label, every value that somebody gives it. */
export type Vocabulary = ReadonlyMap<string, ReadonlySet<string>>

export function vocabularyOf(labelled: readonly Labels[]): Vocabulary {
  const vocabulary = new Map<string, Set<string>>()
  for (const labels of labelled) {
    for (const [label, value] of labels) {
      const values = vocabulary.get(label) ?? new Set()
      vocabulary.set(label, values)
      values.add(value)
    }
  }
  return vocabulary
}

/** `"role" is never "databse": did you mean "database"?`, of the first such name; undefined when there is none. */
export function findMisspelling(selector: Selector, vocabulary: Vocabulary): string | undefined {
  const named = labelsIn(selector)
  for (const { label, value } of named) {
    const values = vocabulary.get(label)
    const near = values === undefined ? slipOf(label, vocabulary.keys(), namesOf(named)) : undefined
    if (near !== undefined) return `nothing has the label "${label}": did you mean "${near}"?`
    if (values === undefined || value === undefined || values.has(value)) continue
    const meant = slipOf(value, values, valuesOf(named, label))
    if (meant !== undefined) return `the label "${label}" is never "${value}": did you mean "${meant}"?`
  }
  return undefined
}

/** @param known names that stand in the selector too: whoever writes both means both */
function slipOf(word: string, candidates: Iterable<string>, known: ReadonlySet<string>): string | undefined {
  for (const candidate of candidates) if (!known.has(candidate) && isSlip(word, candidate)) return candidate
  return undefined
}

function namesOf(named: readonly NamedLabel[]): ReadonlySet<string> {
  return new Set(named.map(({ label }) => label))
}

function valuesOf(named: readonly NamedLabel[], label: string): ReadonlySet<string> {
  return new Set(named.flatMap((one) => (one.label === label && one.value !== undefined ? [one.value] : [])))
}
