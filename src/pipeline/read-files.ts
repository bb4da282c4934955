/** Reads the files of a revision, each by itself: those that were read before are not read again. */

import { loadFile } from '../load/load-file.ts'
import type { RepositoryFile } from '../repository/revision.ts'
import type { Change } from '../validate/definition-list.ts'
import { type FileFindings, validateFile } from '../validate/validate-file.ts'

/** Of one file; its bytes are let go. */
export interface FileReading extends FileFindings {
  readonly path: string
  readonly type: RepositoryFile['type']
  readonly contentId: string
}

export interface FilesReading {
  /** In path order. */
  readonly files: readonly FileReading[]
  /** How they differ from those before. */
  readonly change: Change<FileReading>
}

/** @param before in path order */
export function readFiles(files: readonly RepositoryFile[], before: readonly FileReading[]): FilesReading {
  const readings: FileReading[] = []
  const removed: FileReading[] = []
  const added: FileReading[] = []
  const known = before.values()
  let next = known.next().value
  for (const file of inPathOrder(files)) {
    for (; next !== undefined && next.path < file.path; next = known.next().value) removed.push(next)
    if (next !== undefined && isSame(next, file)) {
      readings.push(next)
      next = known.next().value
    } else {
      const reading = readFile(file)
      readings.push(reading)
      added.push(reading)
    }
  }
  for (; next !== undefined; next = known.next().value) removed.push(next)
  return { files: readings, change: { removed, added } }
}

function inPathOrder(files: readonly RepositoryFile[]): readonly RepositoryFile[] {
  return [...files].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
}

function isSame(reading: FileReading, { path, contentId, type }: RepositoryFile): boolean {
  return reading.path === path && reading.contentId === contentId && reading.type === type
}

function readFile(file: RepositoryFile): FileReading {
  const { documents, diagnostics } = loadFile(file)
  const { path, type, contentId } = file
  return { path, type, contentId, ...validateFile(documents, diagnostics) }
}
