/** Prints a selector as Calico's canonical text, the key under which equal selectors share one address set (behaviour.md IS-1). */

import type { Selector } from './selector.ts'

/**
 * `and` and `or` always in brackets, double quotes unless the value holds one, one space around operators.
 * Reading the text gives the same selector, but for a `not` directly in a `not`: Calico prints `!(!(a))` as `!!a`, which reads as `a`.
 */
export function printSelector(selector: Selector): string {
  switch (selector.type) {
    case 'all':
      return 'all()'
    case 'global':
      return 'global()'
    case 'has':
      return `has(${selector.label})`
    case 'compare':
      return `${selector.label} ${selector.operator} ${printValue(selector.value)}`
    case 'in':
    case 'not in':
      return `${selector.label} ${selector.type} {${selector.values.map(printValue).join(', ')}}`
    case 'not':
      return `!${printSelector(selector.operand)}`
    case 'and':
      return `(${selector.operands.map(printSelector).join(' && ')})`
    case 'or':
      return `(${selector.operands.map(printSelector).join(' || ')})`
  }
}

function printValue(value: string): string {
  return value.includes('"') ? `'${value}'` : `"${value}"`
}
