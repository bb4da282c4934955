/** Brings together what is the same on many hosts, names these and counts. */

const mostHosts = 3

/** `web-1, web-2, web-3 and 7 more hosts`; one more host is named, too. */
export function listHosts(nodes: readonly string[]): string {
  const isShort = nodes.length <= mostHosts + 1
  const shown = isShort ? nodes.slice(0, -1) : nodes.slice(0, mostHosts)
  const last = isShort ? nodes.slice(-1) : [`${nodes.length - mostHosts} more hosts`]
  return [...(shown.length === 0 ? [] : [shown.join(', ')]), ...last].join(' and ')
}

export function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => unknown): readonly (readonly Item[])[] {
  const groups = new Map<unknown, Item[]>()
  for (const item of items) {
    const group = groups.get(keyOf(item))
    if (group === undefined) groups.set(keyOf(item), [item])
    else group.push(item)
  }
  return [...groups.values()]
}

/** `1 host`, `2 hosts` */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
