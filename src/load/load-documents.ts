/** Loads the files of a revision: gives the documents that are ours, each located, and says what cannot be read. */

import { type Checked, type Diagnostic, diagnose, inSourceOrder } from '../diagnostic/diagnostic.ts'
import type { LocatedDocument } from '../document/located-document.ts'
import { readYaml } from '../document/read-yaml.ts'
import type { RepositoryFile } from '../repository/revision.ts'
import { decodeFile } from './decode-file.ts'
import { type SortedFile, sortFile } from './sort-file.ts'

/** In path order, then as they stand. Lists are unfolded; empty documents and foreign files are left out. */
export function loadDocuments(files: readonly RepositoryFile[]): Checked<readonly LocatedDocument[]> {
  const documents: LocatedDocument[] = []
  const diagnostics: Diagnostic[] = []
  for (const file of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const loaded = loadFile(file)
    for (const document of loaded.documents) documents.push(document)
    for (const diagnostic of loaded.diagnostics) diagnostics.push(diagnostic)
  }
  if (documents.length === 0 && !diagnostics.some(({ severity }) => severity === 'error')) {
    const message = `there is no policy document in ${files.length === 0 ? 'the folder' : `any of ${files.length} files`}: commit at least one`
    diagnostics.push(diagnose('no-documents', { message, span: undefined }))
  }
  return { value: documents, diagnostics: inSourceOrder(diagnostics) }
}

function loadFile(file: RepositoryFile): SortedFile {
  const { source, diagnostics } = decodeFile(file)
  const read = readYaml(source)
  if (diagnostics.length === 0) return sortFile(source, read)
  const damaged = read.value.map((document) => ({ ...document, damaged: true, value: undefined }))
  return { documents: sortFile(source, { value: damaged, diagnostics: [] }).documents, diagnostics }
}
