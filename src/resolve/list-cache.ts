/** Lists of workloads, of which many have the same policies and profiles: those share one object. */

import type { DirectedLists } from '../policy/host-view.ts'
import type { NetworkPolicy } from '../policy/network-policy.ts'
import { type ListFrame, workloadListsOf } from './policy-lists.ts'

export class ListCache {
  private readonly frame: Omit<ListFrame, 'endpoint'>
  private readonly ids = new Map<NetworkPolicy, number>()
  private readonly known = new Map<string, DirectedLists>()

  constructor(frame: Omit<ListFrame, 'endpoint'>) {
    this.frame = frame
  }

  /** @param applying in evaluation order */
  workloadLists(applying: readonly NetworkPolicy[], endpoint: ListFrame['endpoint']): DirectedLists {
    const key = `${applying.map((policy) => this.idOf(policy)).join(' ')} / ${endpoint.profiles.join(' ')}`
    const known = this.known.get(key)
    if (known !== undefined) return known
    const lists = workloadListsOf(applying, { ...this.frame, endpoint })
    this.known.set(key, lists)
    return lists
  }

  private idOf(policy: NetworkPolicy): number {
    const known = this.ids.get(policy)
    if (known !== undefined) return known
    this.ids.set(policy, this.ids.size)
    return this.ids.size - 1
  }
}
