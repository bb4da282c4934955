/** What two revisions allow differently, before it is put into words. */

import type { PacketSet } from '../packet-set/packet-sets.ts'
import type { Cause } from './cause.ts'

/** Interfaces by name, or `other interfaces` for those that nobody mentions. */
export type Way =
  | { readonly type: 'received'; readonly on: readonly string[] }
  | { readonly type: 'sent'; readonly by: readonly string[] }
  | { readonly type: 'forwarded'; readonly from: readonly string[]; readonly to: readonly string[] }

/** Packets of new connections that the one revision allows and the other denies, for one reason in each. */
export interface AccessChange {
  readonly effect: 'gains' | 'loses'
  readonly way: Way
  /** `only-rewritten`: packets that DNAT changes; `only-unchanged`: those that it does not; `any`: both. */
  readonly rewriting: 'any' | 'only-rewritten' | 'only-unchanged'
  /** The sources are the addresses of the workloads behind the interfaces, and `packets` leaves them open. */
  readonly isFromOwnAddresses: boolean
  /** Never empty. */
  readonly packets: PacketSet
  readonly before: Cause
  readonly after: Cause
}
