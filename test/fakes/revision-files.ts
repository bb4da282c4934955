/** A commit of a repository in memory. */

import type { RepositoryFile, RevisionFiles } from '../../src/repository/revision.ts'

/** @param files path -> text */
export function revisionFiles(
  commit: string,
  files: Readonly<Record<string, string>>,
  allows: readonly string[],
): RevisionFiles {
  const revision = { commit, committedAt: new Date(0), subject: 'a change', allows }
  return { revision, files: Object.entries(files).map(([path, text]) => fileOf(path, text)) }
}

function fileOf(path: string, text: string): RepositoryFile {
  return { path, type: 'file', contentId: text, bytes: new TextEncoder().encode(text) }
}
