/**
 * Where fetched commits lie: one bare repository after the other, the newer replacing the older before it grows large.
 *
 *     <folder>/current.json    {"generation": 3, "clonedBytes": 12345}
 *     <folder>/3/              the bare repository in use
 *     <folder>/4/              being filled; nothing refers to it yet
 */

import * as fs from 'node:fs'
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ensureFolder, fileError, readOptionalTextFile, systemErrorCode, writeFileAtomically } from './files.ts'
import { acceptedRef } from './git-transport.ts'

export interface Generation {
  readonly number: number
  /** A bare repository. */
  readonly gitdir: string
}

export interface CurrentGeneration extends Generation {
  /** The last commit that was found sound; undefined when the note of it is lost. */
  readonly accepted: string | undefined
  /** Time for the next one: nothing here is ever packed anew. */
  readonly isOvergrown: boolean
}

export interface Generations {
  /** Undefined when there is none, or the note of it makes no sense. */
  current(): Promise<CurrentGeneration | undefined>
  /** An empty repository; whatever lay beside the current one is deleted. */
  begin(): Promise<Generation>
  /** Takes the generation into use, with this commit, and deletes all others. */
  accept(generation: Generation, commit: string): Promise<void>
}

const maxPacks = 64
const maxGrowth = 4
/** Below it growth does not count: the first commit of a new repository is small. */
const freeBytes = 1024 * 1024

/** Every call throws HostError state-unwritable, file-unreadable. */
export function openGenerations(folder: string): Generations {
  return {
    current: () => readCurrent(folder),
    begin: () => begin(folder),
    accept: (generation, commit) => accept(folder, generation, commit),
  }
}

interface Pointer {
  readonly generation: number
  readonly clonedBytes: number
}

async function readCurrent(folder: string): Promise<CurrentGeneration | undefined> {
  const pointer = await readPointer(folder)
  if (pointer === undefined) return undefined
  const { resolveRef } = await import('./git-library.ts')
  const gitdir = join(folder, String(pointer.generation))
  const size = await measure(gitdir)
  const accepted = await resolveRef({ fs, gitdir, ref: acceptedRef }).catch(() => undefined)
  return {
    number: pointer.generation,
    gitdir,
    accepted: accepted !== undefined && /^[0-9a-f]{40}$/.test(accepted) ? accepted : undefined,
    isOvergrown: size.packs > maxPacks || size.bytes > Math.max(freeBytes, maxGrowth * pointer.clonedBytes),
  }
}

async function begin(folder: string): Promise<Generation> {
  await ensureFolder(folder)
  const pointer = await readPointer(folder)
  await removeOthers(folder, pointer?.generation)
  const number = (pointer?.generation ?? 0) + 1
  const gitdir = join(folder, String(number))
  const { init } = await import('./git-library.ts')
  try {
    await init({ fs, gitdir, bare: true, defaultBranch: 'main' })
  } catch (cause) {
    throw fileError({ code: 'state-unwritable', action: 'cannot make the repository', path: gitdir, cause })
  }
  return { number, gitdir }
}

async function accept(folder: string, { number, gitdir }: Generation, commit: string): Promise<void> {
  const { writeRef } = await import('./git-library.ts')
  try {
    await writeRef({ fs, gitdir, ref: acceptedRef, value: commit, force: true })
  } catch (cause) {
    throw fileError({ code: 'state-unwritable', action: 'cannot note the commit in', path: gitdir, cause })
  }
  if ((await readPointer(folder))?.generation !== number) {
    const { bytes } = await measure(gitdir)
    const pointer: Pointer = { generation: number, clonedBytes: bytes }
    await writeFileAtomically(pointerPath(folder), `${JSON.stringify(pointer)}\n`)
  }
  // also what a fetch that failed began
  await removeOthers(folder, number)
}

function pointerPath(folder: string): string {
  return join(folder, 'current.json')
}

async function readPointer(folder: string): Promise<Pointer | undefined> {
  const text = await readOptionalTextFile(pointerPath(folder))
  // a regular expression and no JSON.parse(): whatever else stands there, it is no pointer of ours
  const match = /^\{"generation":(\d{1,15}),"clonedBytes":(\d{1,15})\}\n$/.exec(text ?? '')
  return match === null ? undefined : { generation: Number(match[1]), clonedBytes: Number(match[2]) }
}

/** Packs without an index count too: a fetch that failed left them. */
async function measure(gitdir: string): Promise<{ readonly packs: number; readonly bytes: number }> {
  const folder = join(gitdir, 'objects', 'pack')
  const names = await listFolder(folder)
  const sizes = await Promise.all(
    names.map(async (name) => (await stat(join(folder, name)).catch(() => undefined))?.size),
  )
  return {
    packs: names.filter((name) => name.endsWith('.pack')).length,
    bytes: sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0),
  }
}

async function removeOthers(folder: string, kept: number | undefined): Promise<void> {
  for (const name of await listFolder(folder)) {
    if (!/^\d+$/.test(name) || Number(name) === kept) continue
    const path = join(folder, name)
    try {
      await rm(path, { recursive: true, force: true, maxRetries: 2 })
    } catch (cause) {
      throw fileError({ code: 'state-unwritable', action: 'cannot remove', path, cause })
    }
  }
}

/** Empty when it is missing. */
async function listFolder(path: string): Promise<readonly string[]> {
  try {
    return await readdir(path)
  } catch (cause) {
    if (systemErrorCode(cause) === 'ENOENT' || systemErrorCode(cause) === 'ENOTDIR') return []
    throw fileError({ code: 'file-unreadable', action: 'cannot read the folder', path, cause })
  }
}
