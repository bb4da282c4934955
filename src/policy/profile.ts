/** A profile: rules consulted after all policies, and labels for the endpoints that list it. */

import type { Labels, Resource } from './resource.ts'
import type { PolicyRule } from './rule.ts'

export interface Profile extends Resource {
  readonly kind: 'Profile'
  readonly labelsToApply: Labels
  readonly ingress: readonly PolicyRule[]
  readonly egress: readonly PolicyRule[]
}

/** The built-in profile that allows everything (behaviour.md 1.8). */
export const defaultAllowProfile = 'projectcalico-default-allow'
