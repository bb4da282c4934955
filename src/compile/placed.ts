/** What was made of a long list piece by piece, so that for a list of which little differs little is made again. */

import type { ListSplice } from '../policy/keep-list.ts'

/** Things in the order of the items that they were made of. */
export interface Placed<Thing> {
  readonly things: readonly Thing[]
  /** Of each thing the index of an item that it was made of; never less than that of the thing before. */
  readonly at: readonly number[]
}

export class PlacedList<Thing> implements Placed<Thing> {
  readonly things: Thing[] = []
  readonly at: number[] = []

  push(thing: Thing, at: number): void {
    this.things.push(thing)
    this.at.push(at)
  }
}

/** With what was made of the changed items instead of what was made of those before; each thing is made of items on one side of the change. */
export function replaced<Thing>(
  before: Placed<Thing>,
  { start, end, endBefore }: ListSplice,
  made: Placed<Thing>,
): Placed<Thing> {
  const [from, to] = [firstFrom(before.at, start), firstFrom(before.at, endBefore)]
  if (from === to && made.things.length === 0 && end === endBefore) return before
  const moved = end - endBefore
  const at = [...before.at.slice(0, from), ...made.at]
  for (let index = to; index < before.at.length; index++) at.push((before.at[index] ?? 0) + moved)
  return { things: [...before.things.slice(0, from), ...made.things, ...before.things.slice(to)], at }
}

/** How many of the ascending numbers are below the limit. */
export function firstFrom(numbers: readonly number[], limit: number): number {
  let [low, high] = [0, numbers.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((numbers[middle] ?? 0) < limit) low = middle + 1
    else high = middle
  }
  return low
}
