/** Reads what other firewalls export: files, folders of them, or standard input; and writes a new folder. */

import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Source } from '../diagnostic/source.ts'
import { HostError } from '../reconcile/host-error.ts'
import { fileError, readTextFile, systemErrorCode } from './files.ts'

/** `-` is standard input. Of a folder, what firewalld writes, links included, in the order of paths. @throws HostError file-unreadable */
export async function readExports(paths: readonly string[]): Promise<readonly Source[]> {
  const sources: Source[] = []
  for (const path of paths) {
    // /dev/stdin cannot be opened where it is a socket
    if (path === '-') sources.push({ path: 'standard input', text: await text(process.stdin) })
    else for (const file of await filesAt(path)) sources.push({ path: file, text: await readTextFile(file) })
  }
  return sources
}

async function filesAt(path: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(path, { withFileTypes: true, recursive: true })
    const files = entries.filter((entry) => !entry.isDirectory() && /\.xml$|^firewalld\.conf$/.test(entry.name))
    return files.map((entry) => join(entry.parentPath, entry.name)).sort()
  } catch (cause) {
    if (systemErrorCode(cause) === 'ENOTDIR') return [path]
    throw fileError({ code: 'file-unreadable', action: 'cannot read', path, cause })
  }
}

/** Makes the folder. @throws HostError state-unwritable, also when there is anything in it */
export async function writeNewFolder(
  folder: string,
  files: readonly { readonly path: string; readonly text: string }[],
): Promise<void> {
  try {
    await mkdir(folder, { recursive: true })
    if ((await readdir(folder)).length > 0)
      throw new HostError('state-unwritable', `${JSON.stringify(folder)} is not empty: name a new folder`)
    for (const file of files) {
      const path = join(folder, file.path)
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, file.text, { flag: 'wx' })
    }
  } catch (cause) {
    if (cause instanceof HostError) throw cause
    throw fileError({ code: 'state-unwritable', action: 'cannot write into', path: folder, cause })
  }
}
