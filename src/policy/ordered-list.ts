/** Lists in an order and without duplicates: joined, compared, changed in a few places. */

import { type Order, placeInOrder } from './place-in-order.ts'

export type { Order }

/** Both in order. */
export interface ListChange<Item> {
  readonly gone: readonly Item[]
  readonly come: readonly Item[]
}

/** What is in one of them or in both. */
export function joined<Item>(a: readonly Item[], b: readonly Item[], order: Order<Item>): readonly Item[] {
  if (b.length === 0) return a
  const { come } = listChange(a, b, order)
  return [...a, ...come].sort(order)
}

export function listChange<Item>(before: readonly Item[], now: readonly Item[], order: Order<Item>): ListChange<Item> {
  const gone: Item[] = []
  const come: Item[] = []
  let [from, to] = [0, 0]
  while (from < before.length || to < now.length) {
    const old = before[from]
    const next = now[to]
    // mostly the same objects, which === would look into: of 250,000 that takes 6 ms instead of 1
    if (Object.is(old, next)) {
      from++
      to++
      continue
    }
    const turn = old === undefined ? 1 : next === undefined ? -1 : order(old, next)
    if (turn < 0 && old !== undefined) gone.push(old)
    if (turn > 0 && next !== undefined) come.push(next)
    if (turn <= 0) from++
    if (turn >= 0) to++
  }
  return { gone, come }
}

/** The same list when it has nothing of what is gone and all of what has come. Each change costs a move of what is behind it. */
export function changedList<Item>(
  list: readonly Item[],
  { gone, come }: ListChange<Item>,
  order: Order<Item>,
): readonly Item[] {
  const leaving = gone.filter((item) => includesItem(list, item, order))
  const joining = come.filter((item) => !includesItem(list, item, order))
  if (leaving.length + joining.length === 0) return list
  const copy = list.slice()
  for (const item of leaving) copy.splice(placeInOrder(item, copy, { order }), 1)
  for (const item of joining) copy.splice(placeInOrder(item, copy, { order }), 0, item)
  return copy
}

function includesItem<Item>(list: readonly Item[], item: Item, order: Order<Item>): boolean {
  const found = list[placeInOrder(item, list, { order })]
  return found !== undefined && order(found, item) === 0
}
