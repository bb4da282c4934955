/** Reads the files of a revision, each by itself: those that were read before are not read again. */

import { loadFile } from '../load/load-file.ts'
import { commonEnds } from '../policy/keep-list.ts'
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
  const { ordered, start, ending } = unchangedEnds(files, before)
  const between = <Item>(list: readonly Item[]) => list.slice(start, list.length - ending)
  const { files: read, change } = readInOrder(between(ordered), between(before))
  const readings = before.slice(0, start).concat(read, before.slice(before.length - ending))
  origins.set(readings, new WeakRef(ordered))
  return { files: readings, change }
}

/** In path order, one for each reading; held by whoever lists them: with them we would hold their bytes. */
const origins = new WeakMap<readonly FileReading[], WeakRef<readonly RepositoryFile[]>>()

interface UnchangedEnds extends ReturnType<typeof commonEnds> {
  /** In path order. */
  readonly ordered: readonly RepositoryFile[]
}

/** How many files at the beginning and at the end are the very objects that were read before. */
function unchangedEnds(files: readonly RepositoryFile[], before: readonly FileReading[]): UnchangedEnds {
  const ends = commonEnds(files, origins.get(before)?.deref() ?? [])
  // with the neighbours on both sides
  const between = files.slice(Math.max(ends.start - 1, 0), files.length - Math.max(ends.ending - 1, 0))
  const isInOrder = between.every(({ path }, at) => at === 0 || (between[at - 1]?.path ?? '') < path)
  return isInOrder ? { ...ends, ordered: files } : { start: 0, ending: 0, ordered: inPathOrder(files) }
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
