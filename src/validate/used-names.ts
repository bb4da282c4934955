/** The names that the documents of a revision use of profiles, tiers and ports: counted, so that a file that goes takes only its own. */

import type { Change } from './definition-list.ts'
import type { Reference } from './reference.ts'

/** How often each is used. */
export type UsedNames = Readonly<Record<Reference['to'], ReadonlyMap<string, number>>>

export const noNames: UsedNames = { profile: new Map(), tier: new Map(), port: new Map() }

/** The same object when nothing is removed or added. */
export function changeNames(used: UsedNames, { removed, added }: Change<Reference>): UsedNames {
  if (removed.length === 0 && added.length === 0) return used
  const now = { profile: new Map(used.profile), tier: new Map(used.tier), port: new Map(used.port) }
  for (const { to, name } of added) now[to].set(name, (now[to].get(name) ?? 0) + 1)
  for (const { to, name } of removed) {
    const left = (now[to].get(name) ?? 0) - 1
    if (left > 0) now[to].set(name, left)
    else now[to].delete(name)
  }
  return now
}
