/** Makes policy documents smaller as long as they still fail. */

import type { Plain, PlainDocument } from './plain-document.ts'

/** The smallest found within the given number of tries; every smaller form of it with one part less does not fail. */
export function shrinkDocuments(
  documents: readonly PlainDocument[],
  fails: (documents: readonly PlainDocument[]) => boolean,
  tries = 3000,
): readonly PlainDocument[] {
  let left = tries
  let smallest = documents
  for (let progress = true; progress && left > 0; ) {
    progress = false
    for (const candidate of smallerForms(smallest)) {
      if (left-- <= 0) break
      if (!fails(candidate)) continue
      smallest = candidate
      progress = true
      break
    }
  }
  return smallest
}

function* smallerForms(documents: readonly PlainDocument[]): Generator<readonly PlainDocument[]> {
  for (const index of documents.keys()) yield documents.toSpliced(index, 1)
  for (const [index, document] of documents.entries()) {
    for (const spec of smallerValues(document.spec)) yield documents.with(index, { ...document, spec })
    for (const metadata of smallerValues(document.metadata))
      if ('name' in metadata) yield documents.with(index, { ...document, metadata })
  }
}

type Fields = { readonly [key: string]: Plain }

/** With one field less, or one field smaller. */
function* smallerValues(fields: Fields): Generator<Fields> {
  for (const key of Object.keys(fields)) {
    const { [key]: _, ...rest } = fields
    yield rest
  }
  for (const [key, value] of Object.entries(fields)) {
    for (const smaller of smallerPlain(value)) yield { ...fields, [key]: smaller }
  }
}

function* smallerPlain(value: Plain): Generator<Plain> {
  if (typeof value !== 'object') return
  if (!isList(value)) {
    yield* smallerValues(value)
    return
  }
  if (value.length > 1) for (const index of value.keys()) yield value.toSpliced(index, 1)
  for (const [index, item] of value.entries())
    for (const smaller of smallerPlain(item)) yield value.with(index, smaller)
}

function isList(value: Plain): value is readonly Plain[] {
  return Array.isArray(value)
}
