/** A great many names in groups, so that two tables of which little differs are compared and printed group by group. */

/** Names by what stands before their last slash. The same group is the same object as long as nothing in it changes. */
export type NameGroups = ReadonlyMap<string, ReadonlySet<string>>

export class GroupedNames implements ReadonlySet<string> {
  readonly groups: NameGroups
  readonly size: number

  constructor(groups: NameGroups) {
    this.groups = groups
    let size = 0
    for (const group of groups.values()) size += group.size
    this.size = size
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
