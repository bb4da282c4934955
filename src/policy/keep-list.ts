/** Keeps the identity of what did not change: the same object says that nothing has to be done again. */

/** The first of the known lists that has the same items in the same order, by identity; else the list itself. */
export function keepList<Item>(
  list: readonly Item[],
  ...known: readonly (readonly Item[] | undefined)[]
): readonly Item[] {
  return known.find((other) => other !== undefined && isSameList(list, other)) ?? list
}

/** Whether two lists hold the same objects in the same order. */
export function isSameList(list: readonly unknown[], other: readonly unknown[]): boolean {
  if (list === other) return true
  if (list.length !== other.length) return false
  for (let index = 0; index < list.length; index++) if (!Object.is(list[index], other[index])) return false
  return true
}

/** Where a list differs from the one before: what stands from `start` up to `end` has taken the place of what stood up to `endBefore`. */
export interface ListSplice {
  readonly start: number
  readonly end: number
  readonly endBefore: number
}

/** By identity, from the first item in which they differ to the last. */
export function listSplice(list: readonly unknown[], before: readonly unknown[]): ListSplice {
  const [length, lengthBefore] = [list.length, before.length]
  const shorter = Math.min(length, lengthBefore)
  let start = 0
  // === would look into the objects, of which most are the same
  while (start < shorter && Object.is(list[start], before[start])) start++
  let ending = 0
  while (ending < shorter - start && Object.is(list[length - 1 - ending], before[lengthBefore - 1 - ending])) ending++
  return { start, end: length - ending, endBefore: lengthBefore - ending }
}

/** What stands between the items that both lists begin with and those that both end with, by identity. */
export function newcomers<Item>(list: readonly Item[], before: readonly Item[]): readonly Item[] {
  const { start, end } = listSplice(list, before)
  return list.slice(start, end)
}

/** The first of the known records in which every field is the same; else the record itself. */
export function keepRecord<Fields extends object>(record: Fields, ...known: readonly (Fields | undefined)[]): Fields {
  const fields = Object.entries(record)
  const isSame = (other: Fields | undefined): other is Fields =>
    other !== undefined && fields.every(([name, value]) => Reflect.get(other, name) === value)
  return known.find(isSame) ?? record
}
