/** Lists that are kept for long, of things of which there are very many. */

const none: readonly never[] = []

/** The same items without the room that a list keeps to grow into, which is 16 items after the first one. */
export function exact<Item>(list: readonly Item[]): readonly Item[] {
  return list.length === 0 ? none : list.slice()
}
