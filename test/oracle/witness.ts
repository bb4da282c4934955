/** Who is told what the oracle meets on its way to a ruling. */

import type { Packet } from '../../src/packet/packet.ts'
import type { HostView } from '../../src/policy/host-view.ts'
import type { Direction, PolicyRule } from '../../src/policy/rule.ts'

export type Stage = 'untracked' | 'preDnat' | 'normal' | 'forward' | 'workload'

/** A list in which a packet is judged. */
export interface Place {
  readonly stage: Stage
  readonly direction: Direction
  /** As the list sees it. */
  readonly packet: Packet
  /** The endpoint; of a workload with its namespace: `default/web`. */
  readonly owner: string
}

export type Meeting =
  /** A list begins. */
  | { readonly type: 'list' }
  /** A rule of a policy or of a profile that matches. */
  | { readonly type: 'rule'; readonly rule: PolicyRule; readonly isOfProfile: boolean }
  /** A tier without a decision. */
  | { readonly type: 'tier'; readonly defaultAction: 'Deny' | 'Pass' }
  /** The end of a list that allows nothing more. */
  | { readonly type: 'end' }

export type Witness = (meeting: Meeting, place: Place) => void

export interface WatchedView extends HostView {
  readonly witness: Witness
}
