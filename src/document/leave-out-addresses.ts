/** Leaves out of a YAML text what is between the ends of long lists of addresses: the ends say how a parser takes the rest. */

import { addressEnd, writtenAddress } from './address-item.ts'

export interface ShortText {
  readonly text: string
  /** What was left out, never nothing, in the order it stood. */
  readonly runs: readonly AddressRun[]
}

/** Lines that look like neighbouring items of one list, as far as a line tells. */
export interface AddressRun {
  /** Where each item starts, with its quotes; rising. */
  readonly starts: readonly number[]
  /** The lines that are left out: all between the first item and the last one. */
  readonly between: { readonly start: number; readonly end: number }
}

/** Fewer items are not worth it. */
const fewItems = 16

const firstItem = new RegExp(`^ *- (?=${writtenAddress})`, 'gm')
const restOfLine = /(?: +(?:#.*)?)?\r?\n/y
const emptyLine = / *(?:#.*)?\r?\n/y

/** undefined where there is nothing to leave out. */
export function leaveOutAddresses(text: string): ShortText | undefined {
  const runs = findRuns(text)
  if (runs.length === 0) return undefined
  const ends = runs.map(({ between }) => between)
  const kept = [{ end: 0 }, ...ends].map(({ end }, index) => text.slice(end, ends[index]?.start))
  return { text: kept.join(''), runs }
}

function findRuns(text: string): readonly AddressRun[] {
  const runs: AddressRun[] = []
  firstItem.lastIndex = 0
  for (let match = firstItem.exec(text); match !== null; match = firstItem.exec(text)) {
    const { run, end } = readRun(text, match.index, match[0])
    if (run.starts.length >= fewItems) runs.push(run)
    firstItem.lastIndex = Math.max(end, firstItem.lastIndex)
  }
  return runs
}

interface FoundRun {
  readonly run: AddressRun
  readonly end: number
}

/** As many lines as start with the same indentation and dash; comments and empty lines may lie between. */
function readRun(text: string, start: number, dash: string): FoundRun {
  const starts: number[] = []
  let [secondLine, lastLine, end] = [start, start, start]
  for (let line = start; text.startsWith(dash, line); line = skipEmpty(text, end)) {
    const textEnd = addressEnd(text, line + dash.length)
    const lineEnd = textEnd === undefined ? undefined : endOf(restOfLine, text, textEnd)
    if (lineEnd === undefined) break
    starts.push(line + dash.length)
    if (line === start) secondLine = lineEnd
    lastLine = line
    end = lineEnd
  }
  return { run: { starts, between: { start: secondLine, end: lastLine } }, end }
}

/** undefined when the pattern does not match at that place. */
function endOf(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : undefined
}

function skipEmpty(text: string, start: number): number {
  let at = start
  for (let next = endOf(emptyLine, text, at); next !== undefined; next = endOf(emptyLine, text, at)) at = next
  return at
}
