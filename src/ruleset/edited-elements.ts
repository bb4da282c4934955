/**
 * A large set or map as another one and what differs from it, so that ten new elements of 100,000 cost ten: whoever compares
 * two of the same origin looks at what differs alone.
 */

/** With more differences than this share of the origin the whole is made anew. */
const largestShare = 1 / 8

/** Deletions come first: an element that is in both gets another value. */
export interface Edit<Added> {
  readonly deleted: Iterable<string>
  readonly added: Iterable<Added>
}

class EditedSet implements ReadonlySet<string> {
  readonly origin: ReadonlySet<string>
  /** Whether it is there, of each element of which this is not as in the origin. */
  readonly changes: ReadonlyMap<string, boolean>
  readonly size: number

  constructor(origin: ReadonlySet<string>, changes: ReadonlyMap<string, boolean>) {
    this.origin = origin
    this.changes = changes
    let size = origin.size
    for (const isThere of changes.values()) size += isThere ? 1 : -1
    this.size = size
  }

  has(element: string): boolean {
    return this.changes.get(element) ?? this.origin.has(element)
  }

  *keys(): Generator<string, undefined> {
    for (const element of this.origin) if (!this.changes.has(element)) yield element
    for (const [element, isThere] of this.changes) if (isThere) yield element
  }

  values(): Generator<string, undefined> {
    return this.keys()
  }

  [Symbol.iterator](): Generator<string, undefined> {
    return this.keys()
  }

  *entries(): Generator<[string, string], undefined> {
    for (const element of this.keys()) yield [element, element]
  }

  forEach(visit: (element: string, same: string, set: ReadonlySet<string>) => void): void {
    for (const element of this.keys()) visit(element, element, this)
  }
}

class EditedMap<V> implements ReadonlyMap<string, V> {
  readonly origin: ReadonlyMap<string, V>
  /** The value of each key that has another one than in the origin; undefined for one that is gone. */
  readonly changes: ReadonlyMap<string, V | undefined>
  readonly size: number

  constructor(origin: ReadonlyMap<string, V>, changes: ReadonlyMap<string, V | undefined>) {
    this.origin = origin
    this.changes = changes
    let size = origin.size
    for (const [key, value] of changes) size += Number(value !== undefined) - Number(origin.has(key))
    this.size = size
  }

  get(key: string): V | undefined {
    return this.changes.has(key) ? this.changes.get(key) : this.origin.get(key)
  }

  has(key: string): boolean {
    return this.get(key) !== undefined
  }

  *entries(): Generator<[string, V], undefined> {
    for (const entry of this.origin) if (!this.changes.has(entry[0])) yield entry
    for (const [key, value] of this.changes) if (value !== undefined) yield [key, value]
  }

  *keys(): Generator<string, undefined> {
    for (const [key] of this.entries()) yield key
  }

  *values(): Generator<V, undefined> {
    for (const [, value] of this.entries()) yield value
  }

  [Symbol.iterator](): Generator<[string, V], undefined> {
    return this.entries()
  }

  forEach(visit: (value: V, key: string, map: ReadonlyMap<string, V>) => void): void {
    for (const [key, value] of this.entries()) visit(value, key, this)
  }
}

/** The set itself where the edit changes nothing. */
export function editSet(set: ReadonlySet<string>, { deleted, added }: Edit<string>): ReadonlySet<string> {
  const origin = set instanceof EditedSet ? set.origin : set
  const changes = new Map(set instanceof EditedSet ? set.changes : [])
  const wanted = new Map<string, boolean>()
  for (const element of deleted) wanted.set(element, false)
  for (const element of added) wanted.set(element, true)
  let isChanged = false
  for (const [element, isThere] of wanted) {
    if (set.has(element) === isThere) continue
    isChanged = true
    if (origin.has(element) === isThere) changes.delete(element)
    else changes.set(element, isThere)
  }
  if (!isChanged) return set
  const edited = new EditedSet(origin, changes)
  return changes.size > origin.size * largestShare ? new Set(edited) : edited
}

/** The map itself where the edit is empty. */
export function editMap<V>(map: ReadonlyMap<string, V>, edit: Edit<readonly [string, V]>): ReadonlyMap<string, V> {
  const origin = map instanceof EditedMap ? (map.origin as ReadonlyMap<string, V>) : map
  const changes = new Map<string, V | undefined>(map instanceof EditedMap ? map.changes : [])
  let isChanged = false
  for (const key of edit.deleted) {
    isChanged = true
    if (origin.has(key)) changes.set(key, undefined)
    else changes.delete(key)
  }
  for (const [key, value] of edit.added) {
    isChanged = true
    changes.set(key, value)
  }
  if (!isChanged) return map
  const edited = new EditedMap<V>(origin, changes)
  return changes.size > origin.size * largestShare ? new Map(edited) : edited
}

export type Elements = ReadonlySet<string> | ReadonlyMap<string, unknown>

/** The set or map that it was made of: itself unless it was edited. */
export function originOf<Collection extends Elements>(elements: Collection): Collection {
  const isEdited = elements instanceof EditedSet || elements instanceof EditedMap
  // an edit changes neither the kind nor what it holds
  return isEdited ? (elements.origin as Collection) : elements
}

/** What of it is not as in its origin. */
export function changesOf(elements: Elements): Iterable<string> {
  return elements instanceof EditedSet || elements instanceof EditedMap ? elements.changes.keys() : []
}
