/** A plain folder as the source of policy, as it is: no commit, nothing cached, nothing followed. */

import { createHash } from 'node:crypto'
import { closeSync, constants, type Dirent, fstatSync, openSync, readFileSync, readlinkSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { HostError } from '../reconcile/host-error.ts'
import type { PolicySource } from '../reconcile/ports.ts'
import { folderRevision, isPolicyPath, type RepositoryFile } from '../repository/revision.ts'
import { fileError } from './files.ts'
import { takeTurns } from './turns.ts'

/** Every call of fetch() reads the folder anew. It throws HostError file-unreadable and aborted. */
export function createDirectorySource(folder: string): PolicySource {
  return {
    async fetch(signal) {
      const paths: { readonly path: string; readonly entry: Dirent }[] = []
      await collectPaths({ folder, prefix: '', signal, found: (path, entry) => paths.push({ path, entry }) })
      paths.sort((a, b) => (a.path < b.path ? -1 : 1))
      const files: RepositoryFile[] = []
      const turn = takeTurns()
      for (const { path, entry } of paths) {
        await turn()
        throwIfAborted(signal, folder)
        files.push(readEntry(folder, path, entry))
      }
      return { revision: folderRevision, files }
    },
    recall: async () => undefined,
  }
}

interface Walk {
  readonly folder: string
  /** Path of the folder that is read, '' or with a slash at the end. */
  readonly prefix: string
  readonly signal: AbortSignal
  readonly found: (path: string, entry: Dirent) => void
}

async function collectPaths(walk: Walk): Promise<void> {
  throwIfAborted(walk.signal, walk.folder)
  for (const entry of await readFolder(join(walk.folder, walk.prefix))) {
    const path = walk.prefix + entry.name
    if (entry.isDirectory()) {
      if (!entry.name.startsWith('.')) await collectPaths({ ...walk, prefix: `${path}/` })
    } else if (isPolicyPath(path)) walk.found(path, entry)
  }
}

async function readFolder(path: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(path, { withFileTypes: true })
  } catch (cause) {
    throw fileError({ code: 'file-unreadable', action: 'cannot read the folder', path, cause })
  }
}

/** Without waiting, which for many small files takes longer than reading them. */
function readEntry(folder: string, path: string, entry: Dirent): RepositoryFile {
  const place = join(folder, path)
  try {
    const type = entry.isSymbolicLink() ? 'symlink' : 'file'
    const bytes = type === 'symlink' ? readlinkSync(place, { encoding: 'buffer' }) : readRegularFile(place)
    return { path, type, contentId: gitBlobId(bytes), bytes }
  } catch (cause) {
    if (cause instanceof HostError) throw cause
    throw fileError({ code: 'file-unreadable', action: 'cannot read', path: place, cause })
  }
}

function readRegularFile(path: string): Uint8Array {
  // NOFOLLOW: it may have become a link since the folder was read. NONBLOCK: a pipe would wait for a writer.
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    if (fstatSync(file).isFile()) return readFileSync(file)
    throw new HostError('file-unreadable', `cannot read ${JSON.stringify(path)}: not a regular file`)
  } finally {
    closeSync(file)
  }
}

/** The id that git gives to the same bytes. */
export function gitBlobId(bytes: Uint8Array): string {
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex')
}

function throwIfAborted(signal: AbortSignal, folder: string): void {
  if (signal.aborted) throw new HostError('aborted', `reading ${JSON.stringify(folder)} was stopped`)
}
