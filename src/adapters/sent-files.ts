/** Policy files on their way to the agent, which may not be allowed to read the folder that they lie in. */

import { isPolicyPath, type RepositoryFile } from '../repository/revision.ts'
import { gitBlobId } from './directory-source.ts'

export interface SentFile {
  readonly path: string
  readonly type: 'file' | 'symlink'
  /** Its bytes in base64: what is no UTF-8 is to be named as such, not changed. */
  readonly content: string
}

/** Of all files together, before they are packed. */
export const mostSentBytes = 8 * 1024 * 1024

/** A folder has no submodules. */
export function packFiles(files: readonly RepositoryFile[]): readonly SentFile[] {
  return files.map(({ path, type, bytes }) => ({
    path,
    type: type === 'symlink' ? 'symlink' : 'file',
    content: Buffer.from(bytes).toString('base64'),
  }))
}

export function unpackFiles(files: readonly SentFile[]): readonly RepositoryFile[] {
  return files.map(({ path, type, content }) => {
    const bytes = Buffer.from(content, 'base64')
    return { path, type, contentId: gitBlobId(bytes), bytes }
  })
}

export function isSentFile(value: unknown): value is SentFile {
  const { path, type, content } = (value ?? {}) as { readonly [Key in keyof SentFile]?: unknown }
  if (typeof path !== 'string' || typeof content !== 'string') return false
  return isPolicyPath(path) && (type === 'file' || type === 'symlink')
}
