/** Finds the element of a set, a map or a rule's own list that holds a key; lists with intervals are indexed once and searched. */

import { addressBits, readAnyAddress } from '../net/address.ts'
import type { Interval } from '../net/interval.ts'
import type { NamedMap, NamedSet } from '../ruleset/named-set.ts'

/** One field of a key. */
export interface KeyValue {
  /** Canonical, as in an element. */
  readonly text: string
  /** Of an address, port or protocol; undefined for a name. */
  readonly number: bigint | undefined
}

/** Elements as a named set, a named map or a rule holds them. */
export type Elements = ReadonlySet<string> | ReadonlyMap<string, unknown> | readonly string[]

/** The text of the element; undefined when the key is in none. @param fields in the order of the elements' fields */
export function findElement(elements: Elements, fields: readonly KeyValue[]): string | undefined {
  const text = fields.map((field) => field.text).join(' . ')
  if (!Array.isArray(elements) && 'has' in elements && elements.has(text)) return text
  const rows = rowsOf(elements)
  const [first] = fields
  if (fields.length === 1 && first !== undefined) return searchRows(rows.sorted, first)
  return rows.all.find((row) => fields.every((field, at) => holds(row.fields[at], field)))?.element
}

/** Of a named set or map: one that holds no intervals is not indexed. */
export function findNamed({ elements, interval, properties }: Named, fields: readonly KeyValue[]): string | undefined {
  if (interval || properties.length > 0) return findElement(elements, fields)
  const text = fields.map((field) => field.text).join(' . ')
  return elements.has(text) ? text : undefined
}

type Named = Pick<NamedSet | NamedMap, 'elements' | 'interval' | 'properties'>

/** An element with its fields as intervals; only those that the text of a key cannot be looked up for. */
interface Row {
  readonly element: string
  readonly fields: readonly (Interval | string)[]
}

interface Rows {
  readonly all: readonly Row[]
  /** Of elements with one field, by its start. */
  readonly sorted: readonly (Interval & { readonly element: string })[]
}

const known = new WeakMap<Elements, Rows>()

function rowsOf(elements: Elements): Rows {
  const found = known.get(elements)
  if (found !== undefined) return found
  const texts = Array.isArray(elements) ? elements : [...elements.keys()]
  const all = texts.filter((element) => Array.isArray(elements) || /[-/]/.test(element)).map(readRow)
  const single = all.flatMap(({ element, fields: [field, ...more] }) =>
    field === undefined || typeof field === 'string' || more.length > 0 ? [] : [{ ...field, element }],
  )
  const rows = { all, sorted: single.sort((a, b) => (a.from < b.from ? -1 : 1)) }
  known.set(elements, rows)
  return rows
}

/** Elements do not overlap: the last one that starts at or below the number is the only one that can hold it. */
function searchRows(sorted: Rows['sorted'], { number }: KeyValue): string | undefined {
  if (number === undefined) return undefined
  let low = 0
  let high = sorted.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const row = sorted[middle]
    if (row === undefined) return undefined
    if (number < row.from) high = middle - 1
    else if (number > row.to) low = middle + 1
    else return row.element
  }
  return undefined
}

function holds(field: Interval | string | undefined, { text, number }: KeyValue): boolean {
  if (field === undefined || typeof field === 'string') return field === text
  return number !== undefined && field.from <= number && number <= field.to
}

function readRow(element: string): Row {
  return { element, fields: element.split(' . ').map((field) => readInterval(field) ?? field) }
}

/** `10.0.0.0/8`, `10.0.0.1-10.0.0.9`, `80-90`, or one value; undefined for a name. */
function readInterval(field: string): Interval | undefined {
  const [first = '', last] = field.split('-')
  const [base = '', prefix] = first.split('/')
  const from = readNumber(base)
  const to = last === undefined ? from : readNumber(last)
  if (from === undefined || to === undefined) return undefined
  if (prefix === undefined) return { from, to }
  const bits = BigInt(addressBits(base.includes(':') ? 6 : 4) - Number(prefix))
  return { from, to: from + (1n << bits) - 1n }
}

function readNumber(text: string): bigint | undefined {
  return /^\d+$/.test(text) ? BigInt(text) : readAnyAddress(text)?.value
}
