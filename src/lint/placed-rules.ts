/** Every rule of a policy set with the policy or profile it belongs to. */

import type { PolicyContent } from '../policy/network-policy.ts'
import type { PolicySet } from '../policy/policy-set.ts'
import type { Profile } from '../policy/profile.ts'
import type { Direction, PolicyRule } from '../policy/rule.ts'

export interface PlacedRule {
  readonly owner: PolicyContent | Profile
  readonly direction: Direction
  readonly rule: PolicyRule
}

export const directions: readonly Direction[] = ['ingress', 'egress']

/** Staged policies included. */
export function rulesIn({ policies, stagedPolicies, profiles }: PolicySet): readonly PlacedRule[] {
  return [...policies, ...stagedPolicies, ...profiles].flatMap(rulesOf)
}

export function rulesOf(owner: PolicyContent | Profile): readonly PlacedRule[] {
  return directions.flatMap((direction) => owner[direction].map((rule) => ({ owner, direction, rule })))
}

export function isPolicy(owner: PolicyContent | Profile): owner is PolicyContent {
  return 'selector' in owner
}
