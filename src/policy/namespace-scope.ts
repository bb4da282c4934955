/** Selectors of what belongs to namespaces (behaviour.md 2.5). */

import type { Selector } from '../selector/selector.ts'
import { namespaceLabel } from './resource.ts'

/** What carries the label of a namespace: workload endpoints and network sets that belong to one. */
export const inAnyNamespace: Selector = { type: 'has', label: namespaceLabel }
/** Host endpoints and global network sets. */
export const inNoNamespace: Selector = { type: 'not', operand: inAnyNamespace }

export function inNamespace(name: string): Selector {
  return { type: 'compare', label: namespaceLabel, operator: '==', value: name }
}
