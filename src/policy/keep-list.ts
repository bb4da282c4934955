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

/** What stands between the items that both lists begin with and those that both end with, by identity. */
export function newcomers<Item>(list: readonly Item[], before: readonly Item[]): readonly Item[] {
  const { start, ending } = commonEnds(list, before)
  return list.slice(start, list.length - ending)
}

/** With how many items, by identity, both lists begin, and with how many of the others both end. */
export function commonEnds(
  list: readonly unknown[],
  before: readonly unknown[],
): { readonly start: number; readonly ending: number } {
  const shorter = Math.min(list.length, before.length)
  let start = 0
  // === would look into the objects, of which most are the same
  while (start < shorter && Object.is(list[start], before[start])) start++
  let ending = 0
  while (ending < shorter - start && Object.is(list.at(-1 - ending), before.at(-1 - ending))) ending++
  return { start, ending }
}

/** The first of the known records in which every field is the same; else the record itself. */
export function keepRecord<Fields extends object>(record: Fields, ...known: readonly (Fields | undefined)[]): Fields {
  const fields = Object.entries(record)
  const isSame = (other: Fields | undefined): other is Fields =>
    other !== undefined && fields.every(([name, value]) => Reflect.get(other, name) === value)
  return known.find(isSame) ?? record
}
