/** Decides whether a selector picks what carries the given labels (behaviour.md 2.3). */

import type { Comparison, Selector } from './selector.ts'

/**
 * Takes the effective labels, inherited ones included. An absent label matches only `!=`, `not in` and what `!` makes of the rest.
 * `global()` is true as `all()` is: its meaning belongs to a rule's namespaceSelector.
 */
export function matchesSelector(selector: Selector, labels: ReadonlyMap<string, string>): boolean {
  switch (selector.type) {
    case 'all':
    case 'global':
      return true
    case 'has':
      return labels.has(selector.label)
    case 'compare':
      return compares(labels.get(selector.label), selector.operator, selector.value)
    case 'in':
    case 'not in': {
      const value = labels.get(selector.label)
      return (value !== undefined && selector.values.includes(value)) === (selector.type === 'in')
    }
    case 'not':
      return !matchesSelector(selector.operand, labels)
    case 'and':
      for (const operand of selector.operands) if (!matchesSelector(operand, labels)) return false
      return true
    case 'or':
      for (const operand of selector.operands) if (matchesSelector(operand, labels)) return true
      return false
  }
}

/** @param actual undefined where there is no such label */
export function compares(actual: string | undefined, operator: Comparison, wanted: string): boolean {
  switch (operator) {
    case '==':
      return actual === wanted
    case '!=':
      return actual !== wanted
    case 'contains':
      return actual?.includes(wanted) ?? false
    case 'starts with':
      return actual?.startsWith(wanted) ?? false
    case 'ends with':
      return actual?.endsWith(wanted) ?? false
  }
}
