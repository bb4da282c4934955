/** The conformance corpus: the folder RAMPART_CONFORMANCE_DIR, its README says what the facts are and how far to trust them. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A document as its author would write it. */
export interface Resource {
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: object }
  readonly spec?: Readonly<Record<string, unknown>>
}

export interface Fact {
  readonly id: string
  readonly kind: string
}

export const corpusFolder = process.env.RAMPART_CONFORMANCE_DIR

export function readFacts<T>(file: string): readonly T[] {
  if (corpusFolder === undefined) throw new Error('RAMPART_CONFORMANCE_DIR names no folder: the facts are not in here')
  return JSON.parse(readFileSync(join(corpusFolder, file), 'utf8')) as readonly T[]
}
