/** The object of before in the place of one that says the same, so that whoever goes on with it sees at a glance what changed. */

import { isDeepStrictEqual } from 'node:util'

/** Of small values: looks at all of both. */
export function keepEqual<Value>(before: Value | undefined, now: Value): Value {
  return before !== undefined && isDeepStrictEqual(before, now) ? before : now
}

/** @param isSame of items that stand for the same; by default only the same object does */
export function keepList<Item>(
  before: readonly Item[] | undefined,
  now: readonly Item[],
  isSame: (a: Item | undefined, b: Item) => boolean = Object.is,
): readonly Item[] {
  const isKept = before?.length === now.length && now.every((item, at) => isSame(before[at], item))
  return isKept ? before : now
}

/** With the same objects in all fields, of which both have the same. */
export function keepFields<Fields extends object>(before: Fields | undefined, now: Fields): Fields {
  if (before === undefined) return now
  const fields = new Map(Object.entries(before))
  return Object.entries(now).every(([name, value]) => Object.is(fields.get(name), value)) ? before : now
}
