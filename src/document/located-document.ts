/** One document of a file: its plain value, and where each part of it stands. */

import type { Source, Span } from '../diagnostic/source.ts'

/** Keys and list indices from the document's root. */
export type Path = readonly (string | number)[]

export interface LocatedDocument {
  readonly source: Source
  /** What identifies it, as far as it is text; present even when the document is damaged. */
  readonly apiVersion: string | undefined
  readonly kind: string | undefined
  readonly name: string | undefined
  readonly namespace: string | undefined
  /** Plain objects, arrays, strings, numbers, booleans and null; undefined when the document is damaged. */
  readonly value: unknown
  /** What is wrong was already said: only its identity is to be used, so that references to it do not fail as well. */
  readonly damaged: boolean
  /** The key or the value at a path. Where the path leads nowhere, the nearest that exists above it. */
  spanOf(path: Path, what: 'key' | 'value'): Span
  /**
   * A part of the text at a path, by offsets into its value. Exact for plain and quoted text on one line; else the start
   * of the text.
   */
  spanWithin(path: Path, range: { readonly start: number; readonly end: number }): Span
  /** The entries of a document that is a list or has `items`, each as a document of its own. */
  items(): readonly LocatedDocument[]
}
