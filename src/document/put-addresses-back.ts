/** Puts the addresses that were left out of a YAML text back into the nodes that were read of the rest. */

import { type Document, isMap, isScalar, isSeq, type YAMLSeq } from 'yaml'
import { addressAt } from './address-item.ts'
import type { AddressRun } from './leave-out-addresses.ts'

/**
 * The nodes get their places in the whole text. In its list each run takes the place of its first and last item, as numbers.
 *
 * Behind an item that is one line of a list, lexer and parser stand as they stood behind the item before. So where the two
 * are neighbours in one list, the lines between them would have been items as well and would have changed nothing else.
 *
 * @returns whether that is so for every run; if not (a block of text can look the same), the nodes are of no use
 */
export function putAddressesBack(
  documents: readonly Document.Parsed[],
  runs: readonly AddressRun[],
  text: string,
): boolean {
  const waiting = new Map(runs.map((run) => [run.starts[0] ?? 0, run]))
  const search = { text, waiting, placeOf: placesIn(runs) }
  for (const { contents } of documents) visit(contents, search)
  return waiting.size === 0
}

interface Search {
  readonly text: string
  /** By the place of the first item. */
  readonly waiting: Map<number, AddressRun>
  readonly placeOf: (offset: number) => number
}

function visit(node: unknown, search: Search): void {
  if (!isScalar(node) && !isMap(node) && !isSeq(node)) return
  if (node.range !== undefined && node.range !== null) {
    const [start, valueEnd, end] = node.range
    node.range = [search.placeOf(start), search.placeOf(valueEnd), search.placeOf(end)]
  }
  if (isMap(node)) {
    for (const { key, value } of node.items) {
      visit(key, search)
      visit(value, search)
    }
  } else if (isSeq(node)) {
    for (const item of node.items) visit(item, search)
    addRuns(node, search)
  }
}

/** Where a place in the shortened text lies in the whole one. */
function placesIn(runs: readonly AddressRun[]): (offset: number) => number {
  let leftOut = 0
  const cuts = runs.map(({ between }) => {
    const at = between.start - leftOut
    leftOut += between.end - between.start
    return { at, leftOut }
  })
  return (offset) => {
    let [low, high] = [0, cuts.length]
    while (low < high) {
      const middle = (low + high) >> 1
      // at the cut itself stands the end of what was before
      if ((cuts[middle]?.at ?? 0) < offset) low = middle + 1
      else high = middle
    }
    return offset + (cuts[low - 1]?.leftOut ?? 0)
  }
}

function addRuns(list: YAMLSeq, { text, waiting }: Search): void {
  const isItem = (item: unknown, start: number | undefined): boolean =>
    isScalar(item) && start !== undefined && item.range?.[0] === start && item.value === addressAt(text, start)
  const items: unknown[] = []
  for (let index = 0; index < list.items.length; index++) {
    const item = list.items[index]
    const run = isScalar(item) ? waiting.get(item.range?.[0] ?? -1) : undefined
    if (run === undefined || !isItem(item, run.starts[0]) || !isItem(list.items[index + 1], run.starts.at(-1))) {
      items.push(item)
      continue
    }
    for (const start of run.starts) items.push(start)
    waiting.delete(run.starts[0] ?? 0)
    index += 1
  }
  list.items = items
}
