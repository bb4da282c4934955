/** A whole table in a file of the state folder: written once, and linked wherever else the same table is to lie. */

import { randomUUID } from 'node:crypto'
import { type BigIntStats, constants } from 'node:fs'
import { link, open, rename, stat, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { PrintableTable, TableFile } from '../reconcile/ports.ts'
import { copyFileAtomically, fileError, syncFolder, writeFileAtomically } from './files.ts'
import { printRulesetFile } from './ruleset-file.ts'

/**
 * Puts the table there, and replaces what was there: as a link to its file where nobody has touched that since, else as a file that is
 * written anew. Whoever replaces one of the links leaves the others as they are. @throws HostError state-unwritable
 */
export async function keepTable(path: string, table: PrintableTable): Promise<TableFile> {
  const { synced } = await placeTable(path, table)
  await synced
  return await lookAtTable(path)
}

/** As keepTable(), for who has something to do meanwhile: the table is there, and `synced` resolves when a power cut leaves it there. */
export async function placeTable(
  path: string,
  { revision, script, file }: PrintableTable,
): Promise<{ readonly synced: Promise<void> }> {
  if (file !== undefined && (await linkTable(file, path))) return { synced: syncFolderOf(path) }
  await writeFileAtomically(path, printRulesetFile({ revision, script: script() }))
  return { synced: Promise.resolve() }
}

async function syncFolderOf(path: string): Promise<void> {
  try {
    await syncFolder(dirname(path))
  } catch (cause) {
    throw fileError({ code: 'state-unwritable', action: 'cannot write', path, cause })
  }
}

/**
 * Puts the table into a file of its own, which is a copy of its other one where nobody has touched that since: what befalls the
 * one does not befall the other. @throws HostError state-unwritable
 */
export async function copyTable(path: string, { revision, script, file }: PrintableTable): Promise<void> {
  if (file === undefined || !(await copyUntouched(file, path)))
    await writeFileAtomically(path, printRulesetFile({ revision, script: script() }))
}

/** False where the file is not as it was. @throws HostError state-unwritable */
async function copyUntouched(file: TableFile, path: string): Promise<boolean> {
  const source = await open(file.path, constants.O_RDONLY | constants.O_NOFOLLOW).catch(() => undefined)
  if (source === undefined) return false
  try {
    const look = async () => asTableFile(file.path, await source.stat({ bigint: true }))
    if (!isSame(await look(), file)) return false
    await copyFileAtomically(source, path)
    return isSame(await look(), file)
  } finally {
    await source.close()
  }
}

function isSame(a: TableFile, b: TableFile): boolean {
  return a.inode === b.inode && a.modifiedNs === b.modifiedNs && a.sizeBytes === b.sizeBytes
}

/** As it is now. @throws HostError state-unwritable */
export async function lookAtTable(path: string): Promise<TableFile> {
  try {
    return asTableFile(path, await stat(path, { bigint: true }))
  } catch (cause) {
    throw fileError({ code: 'state-unwritable', action: 'cannot look at', path, cause })
  }
}

function asTableFile(path: string, { ino, mtimeNs, size }: BigIntStats): TableFile {
  return { path, inode: ino, modifiedNs: mtimeNs, sizeBytes: size }
}

/** False where the file is not as it was, or cannot be linked: it is another user's, or on another disk. */
async function linkTable(file: TableFile, path: string): Promise<boolean> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}`)
  try {
    await link(file.path, temporary)
    if (!isSame(await lookAtTable(temporary), file)) return false
    await rename(temporary, path)
    return true
  } catch {
    return false
  } finally {
    // a rename over a link to the same file leaves both
    await unlink(temporary).catch(() => undefined)
  }
}
