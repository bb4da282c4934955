/** Reads one commit's policy files from a bare repository, and believes only bytes that hash to the name they are asked by. */

import { createHash } from 'node:crypto'
import * as fs from 'node:fs'
import type { HostError } from '../reconcile/host-error.ts'
import { isPolicyPath, type RepositoryFile, type Revision, type RevisionFiles } from '../repository/revision.ts'
import { systemErrorCode } from './files.ts'
import { gitFailure } from './git-remote.ts'
import { isTree, readCommit, readTreeEntries, type TreeEntry } from './git-tree.ts'

export interface ObjectAccess {
  /** Of the remote, for messages. */
  readonly name: string
  readonly gitdir: string
  readonly signal: AbortSignal
}

export interface RevisionRequest extends ObjectAccess {
  readonly commit: string
  /** Folder inside the repository; `.` is its root. */
  readonly path: string
  /** Of all policy files together. */
  readonly maxBytes: number
  /** Blobs that need not be read again, by id. */
  readonly known: ReadonlyMap<string, Uint8Array>
}

/**
 * A submodule is listed whatever its name, unless a part of its path starts with a dot: policy that somebody believes to
 * be in it would be missing without a word. @throws HostError git-not-found, git-corrupt, git-limit, aborted
 */
export async function readRevision(request: RevisionRequest): Promise<RevisionFiles> {
  const store = openStore(request)
  const { tree, revision } = readRevisionOf(await store.read(request.commit, 'commit'), request)
  const folder = await findFolder(store, tree)
  const found: { readonly path: string; readonly entry: TreeEntry }[] = []
  await collectEntries(store, { tree: folder, prefix: '', found })
  found.sort((a, b) => (a.path < b.path ? -1 : 1))
  const files: RepositoryFile[] = []
  let sizeBytes = 0
  for (const { path, entry } of found) {
    const file = await readFile(store, path, entry)
    sizeBytes += file.bytes.length
    if (sizeBytes > request.maxBytes)
      throw tooMuch(request, `more than maxBytes, ${request.maxBytes} bytes, of policy files`)
    files.push(file)
  }
  return { revision, files }
}

interface Store {
  readonly request: RevisionRequest
  read(oid: string, type: 'commit' | 'tree' | 'blob'): Promise<Uint8Array>
  /** Counts what was met so far: small trees that contain each other many times unfold to any size. */
  count(entries: number): void
}

const maxEntries = 500_000
/** The kernel's PATH_MAX. */
const maxPathCharacters = 4096

function openStore(request: RevisionRequest): Store {
  const objects = openObjects(request)
  let entriesMet = 0
  return {
    request,
    async read(oid, type) {
      const object = await objects.find(oid, type)
      if (object === undefined) throw damaged(request, `${type} ${oid} is missing`)
      return object
    },
    count(entries) {
      entriesMet += entries
      if (entriesMet > maxEntries) throw tooMuch(request, `more than ${maxEntries} files`)
    },
  }
}

export interface GitObjects {
  /** Undefined when there is none. @throws HostError git-corrupt, aborted */
  find(oid: string, type: 'commit' | 'tree' | 'blob'): Promise<Uint8Array | undefined>
}

/** For one revision or one walk only: it keeps whole packs. */
export function openObjects(access: ObjectAccess): GitObjects {
  const { gitdir, name, signal } = access
  const cache = {}
  return {
    async find(oid, type) {
      if (signal.aborted) throw gitFailure('aborted', { name, reason: 'it was stopped' })
      const { readObject } = await import('./git-library.ts')
      const object = await readObject({ fs, gitdir, oid, cache, format: 'content' }).catch((cause: unknown) => {
        const code = systemErrorCode(cause)
        if (code === 'NotFoundError') return undefined
        throw damaged(access, `${type} ${oid} cannot be read (${code ?? 'unknown'})`, cause)
      })
      if (object === undefined) return undefined
      if (object.format !== 'content') throw damaged(access, `${type} ${oid} has an unknown form`)
      const actual = createHash('sha1').update(`${type} ${object.object.length}\0`).update(object.object).digest('hex')
      if (actual !== oid) throw damaged(access, `${type} ${oid} holds other bytes than its name says`)
      return object.object
    },
  }
}

function readRevisionOf(
  bytes: Uint8Array,
  request: RevisionRequest,
): { readonly tree: string; readonly revision: Revision } {
  const commit = readCommit(bytes)
  if (commit === undefined) throw damaged(request, `commit ${request.commit} has no tree`)
  const { tree, parents: _, ...rest } = commit
  return { tree, revision: { commit: request.commit, ...rest } }
}

async function findFolder(store: Store, root: string): Promise<string> {
  const { path, name } = store.request
  let tree = root
  for (const part of path.split('/').filter((text) => text !== '' && text !== '.')) {
    const entry = (await listTree(store, tree)).find((one) => one.name === part)
    if (entry === undefined || !isTree(entry)) {
      throw gitFailure('git-not-found', { name, reason: `there is no folder ${JSON.stringify(path)}` })
    }
    tree = entry.oid
  }
  return tree
}

interface Walk {
  readonly tree: string
  /** Path of the tree, '' or with a slash at the end. */
  readonly prefix: string
  readonly found: { readonly path: string; readonly entry: TreeEntry }[]
}

async function collectEntries(store: Store, { tree, prefix, found }: Walk): Promise<void> {
  if (prefix.length > maxPathCharacters)
    throw tooMuch(store.request, `paths longer than ${maxPathCharacters} characters`)
  for (const entry of await listTree(store, tree)) {
    const path = prefix + entry.name
    if (entry.name.startsWith('.')) continue
    if (isTree(entry)) await collectEntries(store, { tree: entry.oid, prefix: `${path}/`, found })
    else if (isPolicyPath(path) || entry.type === 'submodule') found.push({ path, entry })
  }
}

async function listTree(store: Store, oid: string): Promise<readonly TreeEntry[]> {
  const entries = readTreeEntries(await store.read(oid, 'tree'))
  if (entries === undefined) throw damaged(store.request, `tree ${oid} is none`)
  store.count(entries.length)
  return entries
}

async function readFile(store: Store, path: string, entry: TreeEntry): Promise<RepositoryFile> {
  const { oid } = entry
  if (entry.type === 'submodule') return { path, type: 'submodule', contentId: oid, bytes: new Uint8Array() }
  const bytes = store.request.known.get(oid) ?? (await store.read(oid, 'blob'))
  return { path, type: entry.type === 'symlink' ? 'symlink' : 'file', contentId: oid, bytes }
}

export function damaged({ name }: ObjectAccess, reason: string, cause?: unknown): HostError {
  return gitFailure('git-corrupt', { name, reason, cause })
}

function tooMuch({ name }: RevisionRequest, what: string): HostError {
  return gitFailure('git-limit', { name, reason: `the repository holds ${what}` })
}
