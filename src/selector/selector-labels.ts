/** The labels that a selector names. */

import type { Selector } from './selector.ts'

export interface NamedLabel {
  readonly label: string
  /** A value that is compared as a whole; undefined where only the label is asked for, or a part of a value. */
  readonly value: string | undefined
}

/** As they stand, each as often as it is named. */
export function labelsIn(selector: Selector): readonly NamedLabel[] {
  switch (selector.type) {
    case 'all':
    case 'global':
      return []
    case 'has':
      return [{ label: selector.label, value: undefined }]
    case 'compare': {
      const isWhole = selector.operator === '==' || selector.operator === '!='
      return [{ label: selector.label, value: isWhole ? selector.value : undefined }]
    }
    case 'in':
    case 'not in':
      return selector.values.length === 0
        ? [{ label: selector.label, value: undefined }]
        : selector.values.map((value) => ({ label: selector.label, value }))
    case 'not':
      return labelsIn(selector.operand)
    case 'and':
    case 'or':
      return selector.operands.flatMap(labelsIn)
  }
}
