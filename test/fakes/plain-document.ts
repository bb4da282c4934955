/** Policy documents as plain data, as a YAML file has them, and their text. */

import type { RepositoryFile } from '../../src/repository/revision.ts'

export type Plain = string | number | boolean | readonly Plain[] | { readonly [key: string]: Plain }

export interface PlainDocument {
  readonly kind: string
  /** With `name`. */
  readonly metadata: { readonly [key: string]: Plain }
  readonly spec: { readonly [key: string]: Plain }
}

/** YAML with one line for each field and each rule. */
export function printDocument({ kind, metadata, spec }: PlainDocument): string {
  const fields = Object.entries(spec).map(([key, value]) =>
    Array.isArray(value) && value.some((item) => typeof item === 'object')
      ? `  ${key}:\n${value.map((item) => `  - ${JSON.stringify(item)}\n`).join('')}`
      : `  ${key}: ${JSON.stringify(value)}\n`,
  )
  const body = fields.length === 0 ? 'spec: {}\n' : `spec:\n${fields.join('')}`
  return `apiVersion: projectcalico.org/v3\nkind: ${kind}\nmetadata: ${JSON.stringify(metadata)}\n${body}`
}

/** One file for each document. */
export function filesOf(documents: readonly PlainDocument[]): readonly RepositoryFile[] {
  return documents.map((document, index) => {
    const text = printDocument(document)
    return { path: `${index}.yaml`, type: 'file', contentId: text, bytes: new TextEncoder().encode(text) }
  })
}
