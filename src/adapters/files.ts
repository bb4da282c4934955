/** Files of the state folder and of the configuration: read whole, written whole or not at all. */

import { randomUUID } from 'node:crypto'
import { constants, type Stats } from 'node:fs'
import {
  chown,
  copyFile,
  type FileHandle,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  stat,
  unlink,
} from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { HostError, type HostErrorCode } from '../reconcile/host-error.ts'

/**
 * Replaces the file: whoever reads it, even after a power cut, finds the old content or the new one. Mode 0600; what root
 * writes belongs to the folder's owner, so that a command of root's does not lock the agent's own user out.
 * @throws HostError state-unwritable
 */
export async function writeFileAtomically(path: string, content: string | Uint8Array): Promise<void> {
  await replaceFile(path, (temporary, owner) => writeAndSync(temporary, content, owner))
}

/** As writeFileAtomically(), with what an open file holds; nothing of it passes through this process. @throws HostError state-unwritable */
export async function copyFileAtomically(from: FileHandle, path: string): Promise<void> {
  await replaceFile(path, async (temporary, owner) => {
    // not by its name, under which somebody may have put another file
    await copyFile(`/proc/self/fd/${from.fd}`, temporary, constants.COPYFILE_EXCL)
    await withFile(await open(temporary, 'r+'), (file) => ownAndSync(file, owner))
  })
}

async function replaceFile(
  path: string,
  write: (temporary: string, owner: Owner | undefined) => Promise<void>,
): Promise<void> {
  const folder = dirname(path)
  const temporary = join(folder, `.${basename(path)}.${randomUUID()}`)
  try {
    await write(temporary, await ownerFor(folder))
    await rename(temporary, path)
    await syncFolder(folder)
  } catch (cause) {
    // Whatever is left of it would only puzzle people; that it may not exist is fine.
    await unlink(temporary).catch(() => undefined)
    throw fileError({ code: 'state-unwritable', action: 'cannot write', path, cause })
  }
}

/** Removes the file for good; false when there is none. @throws HostError state-unwritable */
export async function removeFile(path: string): Promise<boolean> {
  try {
    await unlink(path)
    await syncFolder(dirname(path))
    return true
  } catch (cause) {
    if (isMissing(cause)) return false
    throw fileError({ code: 'state-unwritable', action: 'cannot remove', path, cause })
  }
}

/**
 * Makes the folder and those above it, mode 0700, where they are missing; alone in a folder of somebody else's it is theirs, as
 * files are. @throws HostError state-unwritable
 */
export async function ensureFolder(path: string): Promise<void> {
  try {
    const made = await mkdir(path, { recursive: true, mode: 0o700 })
    const owner = made !== undefined && resolve(made) === resolve(path) ? await ownerFor(dirname(path)) : undefined
    if (owner !== undefined) await chown(path, owner.uid, owner.gid)
  } catch (cause) {
    throw fileError({ code: 'state-unwritable', action: 'cannot make the folder', path, cause })
  }
}

/** Names in the folder, in no order; none when it is missing. @throws HostError file-unreadable */
export async function listFolder(path: string): Promise<readonly string[]> {
  try {
    return await readdir(path)
  } catch (cause) {
    if (isMissing(cause)) return []
    throw fileError({ code: 'file-unreadable', action: 'cannot read', path, cause })
  }
}

/** UTF-8. @throws HostError file-unreadable, also when it is missing */
export async function readTextFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw fileError({ code: 'file-unreadable', action: 'cannot read', path, cause })
  }
}

/** As readTextFile(), but undefined when the file is missing. */
export async function readOptionalTextFile(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    if (isMissing(cause)) return undefined
    throw fileError({ code: 'file-unreadable', action: 'cannot read', path, cause })
  }
}

/** Whether there is anything under that name; what cannot be looked at counts as missing. */
export async function fileExists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  )
}

/**
 * Gives the file another name in the same folder, for good; false when it is not there.
 * @throws HostError state-unwritable
 */
export async function renameIfThere(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to)
    await syncFolder(dirname(to))
    return true
  } catch (cause) {
    if (isMissing(cause)) return false
    throw fileError({ code: 'state-unwritable', action: 'cannot rename', path: from, cause })
  }
}

/** @throws HostError file-unreadable, also when it is missing */
export async function readFileStats(path: string): Promise<Stats> {
  try {
    return await stat(path)
  } catch (cause) {
    throw fileError({ code: 'file-unreadable', action: 'cannot read', path, cause })
  }
}

/** `cannot read "/etc/x": no such file or folder`; every adapter that touches a path says it this way. */
export function fileError(failure: {
  readonly code: HostErrorCode
  readonly action: string
  readonly path: string
  readonly cause: unknown
}): HostError {
  const { code, action, path, cause } = failure
  return new HostError(code, `${action} ${JSON.stringify(path)}: ${describeSystemError(cause)}`, { cause })
}

/** The usual failures in words, others as the system puts them. */
export function describeSystemError(error: unknown): string {
  const code = systemErrorCode(error)
  return reasons.get(code ?? '') ?? (error instanceof Error ? error.message : String(error))
}

/** `ENOENT` and the like; undefined when it is no failure of a system call. */
export function systemErrorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

const reasons: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'no such file or folder'],
  ['ENOTDIR', 'a part of the path is no folder'],
  ['EISDIR', 'it is a folder'],
  ['EEXIST', 'there is a file of that name'],
  ['EACCES', 'permission denied'],
  ['EPERM', 'operation not permitted'],
  ['EROFS', 'the file system is read-only'],
  ['ENOSPC', 'no space left on the disk'],
  ['EDQUOT', 'the disk quota is used up'],
  ['EMFILE', 'too many open files'],
  ['ELOOP', 'it is a symbolic link, or too many of them'],
  ['EADDRINUSE', 'the address is in use'],
  ['EADDRNOTAVAIL', 'this host does not have the address'],
  ['ECONNREFUSED', 'nobody listens there'],
])

interface Owner {
  readonly uid: number
  readonly gid: number
}

/** Undefined when a new file has the right owner by itself. */
export async function ownerFor(folder: string): Promise<Owner | undefined> {
  if (process.geteuid?.() !== 0) return undefined
  const { uid, gid } = await stat(folder)
  return uid === 0 ? undefined : { uid, gid }
}

async function writeAndSync(path: string, content: string | Uint8Array, owner: Owner | undefined): Promise<void> {
  await withFile(await open(path, 'wx', 0o600), async (file) => {
    await file.writeFile(content)
    await ownAndSync(file, owner)
  })
}

async function ownAndSync(file: FileHandle, owner: Owner | undefined): Promise<void> {
  if (owner !== undefined) await file.chown(owner.uid, owner.gid)
  await file.sync()
}

/** Without it a rename may be forgotten in a power cut, although the data are on the disk. @throws of the system */
export async function syncFolder(path: string): Promise<void> {
  await withFile(await open(path, constants.O_RDONLY | constants.O_DIRECTORY), (folder) => folder.sync())
}

async function withFile(file: FileHandle, use: (file: FileHandle) => Promise<void>): Promise<void> {
  try {
    await use(file)
  } finally {
    await file.close()
  }
}

function isMissing(error: unknown): boolean {
  return systemErrorCode(error) === 'ENOENT'
}
