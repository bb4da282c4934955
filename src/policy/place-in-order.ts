/** Where an item stands in a list that is in order. */

/** As sort() has it. */
export type Order<Item> = (a: Item, b: Item) => number

/** The index where the item is, or would be: the first from which on nothing comes before it. @param from none earlier is looked at */
export function placeInOrder<Item>(
  item: Item,
  list: readonly Item[],
  { order, from = 0 }: { readonly order: Order<Item>; readonly from?: number },
): number {
  let [low, high] = [from, list.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const other = list[middle]
    if (other !== undefined && order(other, item) < 0) low = middle + 1
    else high = middle
  }
  return low
}
