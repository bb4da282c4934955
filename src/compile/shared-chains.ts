/** Chains that endpoints with the same lists of policies share. */

import type { PolicyList } from '../policy/host-view.ts'
import { objectNumber } from '../policy/object-number.ts'

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
  return a === b || (b !== undefined && contentOf(a) === contentOf(b))
}

const contents = new WeakMap<PolicyList, string>()

/** Equal for lists of the same policies and profiles, as long as the process runs. */
function contentOf(list: PolicyList): string {
  const known = contents.get(list)
  if (known !== undefined) return known
  const tiers = list.tiers.map(({ name, defaultAction, policies }) => [
    name,
    defaultAction,
    ...policies.map(objectNumber),
  ])
  const content = JSON.stringify([tiers, list.profiles.map(({ name }) => name)])
  contents.set(list, content)
  return content
}
