/** The entries of a field of a test case that holds one value, a list of them, or the word any. */

import type { Path } from '../document/located-document.ts'
import type { Subject } from './subject.ts'

export interface PlacedEntry<Value> {
  readonly value: Value
  readonly at: Path
}

/** Undefined: any, also when the field is absent. What has the wrong type is left out, it was reported. */
export function placedEntries<Value>(
  subject: Subject<unknown>,
  at: Path,
  value: Value | readonly Value[] | undefined,
): readonly PlacedEntry<Value>[] | undefined {
  if (value === undefined || value === 'any') return undefined
  const field = String(at.at(-1))
  const given: readonly PlacedEntry<Value>[] = isList(value)
    ? value.map((one, index) => ({ value: one, at: [...at, index] }))
    : [{ value, at }]
  if (given.length === 0) {
    const message = `${field} is an empty list, so the case would describe no packet: list something, or write any`
    subject.report('empty-list', { at, mark: 'key', message })
  }
  const sound = given.filter((entry) => subject.isSound(entry.at))
  for (const entry of sound.filter(({ value: one }) => one === 'any')) {
    const message = `"any" stands in a list, and means everything: write ${field}: any`
    subject.report('invalid-value', { at: entry.at, message })
  }
  return sound.filter(({ value: one }) => one !== 'any')
}

function isList<Value>(value: Value | readonly Value[]): value is readonly Value[] {
  return Array.isArray(value)
}
