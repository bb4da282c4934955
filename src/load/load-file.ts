/** Loads one file of a revision: gives the documents that are ours, each located, and says what cannot be read. */

import { readYaml } from '../document/read-yaml.ts'
import type { RepositoryFile } from '../repository/revision.ts'
import { decodeFile } from './decode-file.ts'
import { type SortedFile, sortFile } from './sort-file.ts'

/** As they stand. Lists are unfolded; empty documents and foreign ones are left out. */
export function loadFile(file: RepositoryFile): SortedFile {
  const { source, diagnostics } = decodeFile(file)
  const read = readYaml(source)
  if (diagnostics.length === 0) return sortFile(source, read)
  const damaged = read.value.map((document) => ({ ...document, damaged: true, value: undefined }))
  return { documents: sortFile(source, { value: damaged, diagnostics: [] }).documents, diagnostics }
}
