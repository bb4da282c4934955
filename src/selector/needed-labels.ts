/** What a label set must have, or it is not picked: the quick question before matchesSelector(). */

import type { Selector } from './selector.ts'

export interface NeededLabel {
  readonly label: string
  /** Undefined: whatever it is. */
  readonly value: string | undefined
}

/** Whoever is picked has at least one of these; undefined: also somebody without any label may be picked. */
export function neededLabels(selector: Selector): readonly NeededLabel[] | undefined {
  switch (selector.type) {
    case 'has':
      return [{ label: selector.label, value: undefined }]
    case 'compare': {
      const { label, operator, value } = selector
      if (operator === '!=') return undefined
      return [{ label, value: operator === '==' ? value : undefined }]
    }
    case 'in':
      return selector.values.map((value) => ({ label: selector.label, value }))
    case 'and':
      return selector.operands.map(neededLabels).reduce(fewer, undefined)
    case 'or':
      return selector.operands.map(neededLabels).reduce(together, [])
    default:
      return undefined
  }
}

type Needed = readonly NeededLabel[] | undefined

/** A value is asked for by fewer than a label with whatever value. */
function fewer(a: Needed, b: Needed): Needed {
  if (a === undefined || b === undefined) return a ?? b
  return width(b) < width(a) ? b : a
}

function width(needed: readonly NeededLabel[]): number {
  return needed.reduce((sum, { value }) => sum + (value === undefined ? 100 : 1), 0)
}

function together(a: Needed, b: Needed): Needed {
  return a === undefined || b === undefined ? undefined : [...a, ...b]
}
