/** A great many names in groups, so that two tables of which little differs are compared and printed group by group. */

import { changesOf, originOf } from './edited-elements.ts'

/** Names by what stands before their last slash. The same group is the same object as long as nothing in it changes. */
export type NameGroups = ReadonlyMap<string, ReadonlySet<string>>

export class GroupedNames implements ReadonlySet<string> {
  readonly groups: NameGroups

  constructor(groups: NameGroups) {
    this.groups = groups
  }

  get size(): number {
    return allNames.of(this.groups)
  }

  has(name: string): boolean {
    return this.groups.get(groupOf(name))?.has(name) ?? false
  }

  all(): ReadonlySet<string> {
    const all = new Set<string>()
    for (const group of this.groups.values()) for (const name of group) all.add(name)
    return all
  }

  *keys(): Generator<string, undefined> {
    for (const group of this.groups.values()) yield* group
  }

  values(): Generator<string, undefined> {
    return this.keys()
  }

  [Symbol.iterator](): Generator<string, undefined> {
    return this.keys()
  }

  *entries(): Generator<[string, string], undefined> {
    for (const name of this.keys()) yield [name, name]
  }

  forEach(visit: (name: string, same: string, all: ReadonlySet<string>) => void): void {
    for (const name of this.keys()) visit(name, name, this)
  }
}

/** How many names are in the groups that count. Of groups that were edited, only what differs from their origin is looked at. */
export class NameCount {
  private readonly known = new WeakMap<NameGroups, number>()
  private readonly counts: (group: string) => boolean

  constructor(counts: (group: string) => boolean) {
    this.counts = counts
  }

  of(groups: NameGroups): number {
    const known = this.known.get(groups)
    if (known !== undefined) return known
    const origin = originOf(groups)
    let count = origin === groups ? 0 : this.of(origin)
    for (const group of origin === groups ? groups.keys() : changesOf(groups))
      if (this.counts(group))
        count += (groups.get(group)?.size ?? 0) - (origin === groups ? 0 : (origin.get(group)?.size ?? 0))
    this.known.set(groups, count)
    return count
  }
}

const allNames = new NameCount(() => true)

/** Of a name: what its group is called; '' without a slash. */
export function groupOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf('/')))
}

/** All names in order: whole groups, and single names where those of another group stand between them. */
export function inOrder(groups: NameGroups): readonly (ReadonlySet<string> | string)[] {
  const prefixes = [...groups.keys()].map((group) => (group === '' ? '' : `${group}/`)).sort()
  const parts = new Map<string, ReadonlySet<string> | string>()
  prefixes.forEach((prefix, at) => {
    const group = groups.get(prefix.slice(0, -1)) ?? new Set()
    if (!prefixes[at + 1]?.startsWith(prefix)) parts.set(prefix, group)
    else for (const name of group) parts.set(name, name)
  })
  return [...parts.keys()].sort().flatMap((key) => parts.get(key) ?? [])
}
