/** Reads the files of a revision, each by itself: those that were read before are not read again. */

import { loadFile } from '../load/load-file.ts'
import { type ListSplice, listSplice } from '../policy/keep-list.ts'
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

/** @param before in path order: of a list that this function gave, what was read from the very same files is passed over at a glance */
export function readFiles(files: readonly RepositoryFile[], before: readonly FileReading[]): FilesReading {
  const { ordered, change } = changeOf(files, before)
  const { start, end, endBefore } = change
  const { files: read, change: changed } = readInOrder(ordered.slice(start, end), before.slice(start, endBefore))
  const readings = before.slice(0, start).concat(read, before.slice(endBefore))
  origins.set(readings, new WeakRef(ordered))
  return { files: readings, change: changed }
}

/** In path order, one for each reading; held by whoever lists them: with them we would hold their bytes. */
const origins = new WeakMap<readonly FileReading[], WeakRef<readonly RepositoryFile[]>>()

interface FileListChange {
  /** In path order. */
  readonly ordered: readonly RepositoryFile[]
  /** Outside of it are the very objects that were read before. */
  readonly change: ListSplice
}

function changeOf(files: readonly RepositoryFile[], before: readonly FileReading[]): FileListChange {
  const known = origins.get(before)?.deref()
  const change = known && listSplice(files, known)
  if (change !== undefined && isInOrder(files, change)) return { ordered: files, change }
  return { ordered: inPathOrder(files), change: { start: 0, end: files.length, endBefore: before.length } }
}

/** What has not changed is in order, so its neighbours have to be in their place alone. */
function isInOrder(files: readonly RepositoryFile[], { start, end }: ListSplice): boolean {
  const between = files.slice(Math.max(start - 1, 0), end + 1)
  return between.every(({ path }, at) => at === 0 || (between[at - 1]?.path ?? '') < path)
}

/** Both in path order. */
function readInOrder(files: readonly RepositoryFile[], before: readonly FileReading[]): FilesReading {
  const readings: FileReading[] = []
  const removed: FileReading[] = []
  const added: FileReading[] = []
  const known = before.values()
  let next = known.next().value
  for (const file of files) {
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
