/** Parts of a table that can be looked at and put right by themselves: the rules of a chain, the elements of a set or map. */

import type { Ruleset } from './ruleset.ts'

export interface Part {
  readonly type: 'rules' | 'elements'
  /** Of the chain, or of the set or map. */
  readonly of: string
}

/** What of a table may have changed; an empty list where nothing has. */
export type Parts = readonly Part[] | 'everything'

/** nft fetches every set of the table for each part that it lists: more of them take as long as the whole table. */
const mostParts = 3

export function joinParts(some: Parts, more: Parts): Parts {
  if (some === 'everything' || more === 'everything') return 'everything'
  const added = more.filter((part) => !some.some(({ type, of }) => type === part.type && of === part.of))
  if (added.length === 0) return some
  return some.length + added.length > mostParts ? 'everything' : [...some, ...added]
}

/** The keyword and name under which nft lists it; undefined when the table has no such part. */
export function findPart(table: Ruleset, { type, of }: Part): ListedPart | undefined {
  if (type === 'rules') return table.chains.has(of) ? { keyword: 'chain', name: of } : undefined
  if (table.sets.has(of)) return { keyword: 'set', name: of }
  return table.maps.has(of) ? { keyword: 'map', name: of } : undefined
}

export interface ListedPart {
  readonly keyword: 'chain' | 'set' | 'map'
  readonly name: string
}

/** The table with these chains, sets and maps in place of its own of the same names. */
export function withParts(table: Ruleset, { chains, sets, maps }: Ruleset): Ruleset {
  return {
    ...table,
    chains: new Map([...table.chains, ...chains]),
    sets: new Map([...table.sets, ...sets]),
    maps: new Map([...table.maps, ...maps]),
  }
}
