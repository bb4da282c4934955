/** Chains, sets and maps that a listing holds word for word as they were expected: each is that very object, and nothing of it is read. */

import type { Chain } from './chain.ts'
import type { NamedMap, NamedSet } from './named-set.ts'
import { printChain, printMapElement, printMapHead, printSetHead } from './print-table.ts'

/** A listing, and where in it a part begins and where its closing brace stands. */
export interface Listed {
  readonly text: string
  readonly start: number
  readonly end: number
}

export function isChain({ text, start, end }: Listed, expected: Chain): boolean {
  const printed = printChain(expected)
  return start + printed.length === end && text.startsWith(printed, start)
}

export function isSet(listed: Listed, expected: NamedSet): boolean {
  const { elements } = expected
  return holdsJust(listed, printSetHead(expected), { size: elements.size, isThere: (word) => elements.has(word) })
}

export function isMap(listed: Listed, expected: NamedMap): boolean {
  const { elements } = expected
  return holdsJust(listed, printMapHead(expected), {
    size: elements.size,
    isThere(word) {
      const key = word.slice(0, word.indexOf(' : '))
      const value = elements.get(key)
      return value !== undefined && printMapElement(key, value) === word
    },
  })
}

interface Expected {
  readonly size: number
  readonly isThere: (word: string) => boolean
}

const opening = '\n\t\telements = { '
const closing = ' }\n\t}'

/** In any order: nft sorts elements by value. It lists none of them twice. */
function holdsJust({ text, start, end }: Listed, head: string, { size, isThere }: Expected): boolean {
  if (!text.startsWith(head, start)) return false
  const afterHead = start + head.length
  if (size === 0) return text.startsWith('\n\t}', afterHead) && afterHead + '\n\t}'.length === end
  const last = end - closing.length
  if (!text.startsWith(opening, afterHead) || !text.startsWith(closing, last)) return false
  let count = 0
  for (let at = afterHead + opening.length; at < last; count++) {
    const comma = text.indexOf(',', at)
    const next = comma === -1 || comma > last ? last : comma
    if (count === size || !isThere(text.slice(at, next).trimStart())) return false
    at = next + 1
  }
  return count === size
}
