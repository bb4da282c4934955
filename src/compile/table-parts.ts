/** What a table is made of, in the shares of those who made it: of the table before, only the shares that differ are looked at. */

import { listSplice } from '../policy/keep-list.ts'
import { editMap } from '../ruleset/edited-elements.ts'

/** Objects of one kind. */
export interface TableParts<Part> {
  /** By name; all that are not one station's alone. */
  readonly singles: ReadonlyMap<string, Part>
  /** Of the station with this chain; no name is in two of them. */
  readonly lists: ReadonlyMap<string, readonly Part[]>
}

interface Named {
  readonly name: string
}

/**
 * All of them, by name.
 * @param keep gives the object of before in place of one that equals it
 * @param before what it was joined from, and what that gave
 */
export function joinParts<Part extends Named>(
  now: TableParts<Part>,
  keep: (part: Part) => Part,
  before?: { readonly parts: TableParts<Part>; readonly joined: ReadonlyMap<string, Part> },
): ReadonlyMap<string, Part> {
  const joined = new Map<string, Part>()
  const put = (part: Part): void => void joined.set(part.name, keep(part))
  for (const part of now.singles.values()) put(part)
  if (before === undefined) {
    for (const list of now.lists.values()) for (const part of list) put(part)
    return joined
  }
  const gone = [...before.parts.singles.keys()].filter((name) => !now.singles.has(name))
  for (const { list, was } of changedLists(now.lists, before.parts.lists)) {
    const { start, end, endBefore } = listSplice(list, was)
    for (const part of list.slice(start, end)) put(part)
    for (const { name } of was.slice(start, endBefore)) gone.push(name)
  }
  const added = [...joined].filter(([name, part]) => before.joined.get(name) !== part)
  return editMap(before.joined, { deleted: gone.filter((name) => !joined.has(name)), added })
}

/** Those that are not the same lists as before, also where there is none any more or was none. */
export function changedLists<Item>(
  lists: ReadonlyMap<string, readonly Item[]>,
  before: ReadonlyMap<string, readonly Item[]>,
): readonly { readonly list: readonly Item[]; readonly was: readonly Item[] }[] {
  const changed: { readonly list: readonly Item[]; readonly was: readonly Item[] }[] = []
  for (const [name, list] of lists) {
    const was = before.get(name)
    if (was !== list) changed.push({ list, was: was ?? [] })
  }
  for (const [name, was] of before) if (!lists.has(name)) changed.push({ list: [], was })
  return changed
}
