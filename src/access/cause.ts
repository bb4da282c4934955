/** Who decides about packets: a rule, a tier's default, the end of a list, or what is built in. */

import type { NetworkPolicy } from '../policy/network-policy.ts'
import type { Profile } from '../policy/profile.ts'
import type { Direction, PolicyRule } from '../policy/rule.ts'

export type Cause =
  | {
      readonly type: 'rule'
      readonly owner: NetworkPolicy | Profile
      readonly direction: Direction
      /** From 0, in the order written. */
      readonly index: number
      readonly rule: PolicyRule
    }
  | { readonly type: 'tier'; readonly tier: string; readonly direction: Direction }
  | { readonly type: 'end'; readonly direction: Direction }
  | { readonly type: 'built-in'; readonly what: BuiltIn }

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

/** `GlobalNetworkPolicy/web ingress[0]`, `Tier/default ingress default action`, or words. */
export function printCause(cause: Cause): string {
  switch (cause.type) {
    case 'rule':
      return `${cause.owner.kind}/${cause.owner.name} ${cause.direction}[${cause.index}]`
    case 'tier':
      return `Tier/${cause.tier} ${cause.direction} default action`
    case 'end':
      return `no ${cause.direction} policy or profile decides`
    case 'built-in':
      return cause.what
  }
}
