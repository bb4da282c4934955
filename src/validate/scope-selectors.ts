/** Narrows selectors to namespaces (behaviour.md 1.5, 2.5). */

import { namespaceLabel } from '../policy/resource.ts'
import type { Selector } from '../selector/selector.ts'

/** What carries the label of a namespace: workload endpoints and network sets that belong to one. */
export const inAnyNamespace: Selector = { type: 'has', label: namespaceLabel }
/** Host endpoints and global network sets. */
export const inNoNamespace: Selector = { type: 'not', operand: inAnyNamespace }

export function inNamespace(name: string): Selector {
  return { type: 'compare', label: namespaceLabel, operator: '==', value: name }
}

/**
 * What a policy applies to: `selector` as written, `scope` from its namespace or namespaceSelector. Where all() is written
 * beside a namespaceSelector it would mean "has a namespace" (SEL-31), which the scope demands anyway.
 */
export function scopePolicy(selector: Selector | undefined, scope: Selector | undefined): Selector {
  if (scope === undefined) return selector ?? { type: 'all' }
  return selector === undefined ? scope : { type: 'and', operands: [selector, scope] }
}

/** What the selectors of one side of a rule stand on. */
export interface PeerSelectors {
  /** Of the rule. */
  readonly namespaceSelector: Selector | undefined
  readonly selector: Selector | undefined
  readonly notSelector: Selector | undefined
  /** Of the policy that the rule belongs to. */
  readonly namespace: string | undefined
}

/** The effective positive selector, rows 30a to 30e; undefined: no restriction. */
export function scopePeers({
  namespaceSelector,
  selector,
  notSelector,
  namespace,
}: PeerSelectors): Selector | undefined {
  const names = selector !== undefined || notSelector !== undefined
  const scope = namespaceSelector ?? (namespace !== undefined && names ? inNamespace(namespace) : undefined)
  if (scope === undefined || selector === undefined) return scope ?? selector
  return { type: 'and', operands: [scope, selector] }
}
