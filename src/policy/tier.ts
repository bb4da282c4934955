/** A tier: a group of policies that is evaluated as a whole. */

import type { Resource } from './resource.ts'

export interface Tier extends Resource {
  readonly kind: 'Tier'
  /** Lower first; Infinity when the document has none. */
  readonly order: number
  /** What becomes of a packet when the tier has policies for it and none decides. */
  readonly defaultAction: 'Deny' | 'Pass'
}

/** The tier of policies that name none. */
export const defaultTierName = 'default'

/** The default tier as it is without a document of its own (behaviour.md 1.9). */
export const implicitDefaultTier: Tier = {
  kind: 'Tier',
  name: defaultTierName,
  order: 1_000_000,
  defaultAction: 'Deny',
  span: { source: { path: 'built in', text: '' }, start: 0, end: 0 },
}
