/** What a part of the specification says of a packet, and who said it. */

import type { NetworkPolicy } from '../../src/policy/network-policy.ts'
import type { Profile } from '../../src/policy/profile.ts'
import type { Direction } from '../../src/policy/rule.ts'

export interface Ruling {
  readonly verdict: 'allow' | 'deny'
  /** `GlobalNetworkPolicy/web ingress[0]`, or the part of the specification in words; undefined when nothing judges the packet. */
  readonly decidedBy: string | undefined
}

export const allow = (decidedBy: string | undefined): Ruling => ({ verdict: 'allow', decidedBy })
export const deny = (decidedBy: string): Ruling => ({ verdict: 'deny', decidedBy })

/** @param index of the rule in its direction, from 0 */
export function ruleText(owner: NetworkPolicy | Profile, direction: Direction, index: number): string {
  return `${owner.kind}/${owner.name} ${direction}[${index}]`
}
