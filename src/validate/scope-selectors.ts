/** Narrows selectors to namespaces (behaviour.md 1.5, 2.5). */

import { inNamespace } from '../policy/namespace-scope.ts'
import type { Selector } from '../selector/selector.ts'

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
