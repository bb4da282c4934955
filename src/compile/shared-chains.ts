/** Chains that endpoints with the same lists of policies share. */

import type { PolicyList } from '../policy/host-view.ts'
import { isSameList } from '../policy/keep-list.ts'

interface SharedChain {
  readonly lists: readonly PolicyList[]
  readonly chain: string
}

export class SharedChains {
  /** By their purpose and the length of their lists: lists are compared only where there is more than one. */
  private readonly known = new Map<string, SharedChain[]>()

  /** @param purpose what the chain does besides asking the lists */
  find(purpose: string, lists: readonly PolicyList[]): string | undefined {
    const alike = this.known.get(keyOf(purpose, lists))
    return alike?.find((one) => one.lists.every((list, at) => isSame(list, lists[at])))?.chain
  }

  add(purpose: string, { lists, chain }: SharedChain): void {
    const key = keyOf(purpose, lists)
    const alike = this.known.get(key) ?? []
    this.known.set(key, alike)
    alike.push({ lists, chain })
  }
}

function keyOf(purpose: string, lists: readonly PolicyList[]): string {
  const lengths = lists.map(({ tiers, profiles }) => [profiles.length, ...tiers.map(({ policies }) => policies.length)])
  return JSON.stringify([purpose, lengths])
}

function isSame(a: PolicyList, b: PolicyList | undefined): boolean {
  if (a === b) return true
  if (b === undefined) return false
  const tiersAreSame = a.tiers.every(({ name, defaultAction, policies }, at) => {
    const other = b.tiers[at]
    return name === other?.name && defaultAction === other.defaultAction && isSameList(policies, other.policies)
  })
  return tiersAreSame && a.profiles.every(({ name }, at) => name === b.profiles[at]?.name)
}
