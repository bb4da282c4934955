/** Who decides about packets: a rule, a tier's default, the end of a list, or what is built in. */

import type { NetworkPolicy } from '../policy/network-policy.ts'
import type { Profile } from '../policy/profile.ts'
import { printResource } from '../policy/resource.ts'
import type { Direction, PolicyRule } from '../policy/rule.ts'

export type Cause =
  | RuleCause
  | { readonly type: 'tier'; readonly tier: string; readonly direction: Direction }
  | { readonly type: 'end'; readonly direction: Direction }
  | { readonly type: 'built-in'; readonly what: BuiltIn }

export interface RuleCause {
  readonly type: 'rule'
  readonly owner: NetworkPolicy | Profile
  readonly direction: Direction
  /** From 0, in the order written. */
  readonly index: number
  readonly rule: PolicyRule
}

export type BuiltIn =
  /** No endpoint is involved, or all leave the packet to others. */
  | 'unpoliced'
  | 'failsafe'
  | 'known flow'
  | 'invalid state'
  | 'neighbour discovery'
  | 'spoofed source'
  | 'unknown workload interface'
  | 'tunnel from a workload'
  | 'defaultEndpointToHostAction'

export function builtIn(what: BuiltIn): Cause {
  return { type: 'built-in', what }
}

/** `GlobalNetworkPolicy/web ingress[0]`, `NetworkPolicy/shop/web egress[1]` */
export function printRule({ owner, direction, index }: RuleCause): string {
  return `${printResource(owner)} ${direction}[${index}]`
}
