/** Reads one commit's policy files from a bare repository; what a commit before had is not read again. */

import type { HostError } from '../reconcile/host-error.ts'
import { isPolicyPath, type RepositoryFile, type Revision, type RevisionFiles } from '../repository/revision.ts'
import { damaged, type ObjectAccess, openObjects } from './git-objects.ts'
import { gitFailure } from './git-remote.ts'
import { isTree, readCommit, readTreeEntries, type TreeEntry } from './git-tree.ts'

export interface RevisionRequest extends ObjectAccess {
  readonly commit: string
  /** Folder inside the repository; `.` is its root. */
  readonly path: string
  /** Of all policy files together. */
  readonly maxBytes: number
  /** Of the same folder at another commit: what is the same there is not read, and is the same object. */
  readonly before: ReadFolder | undefined
}

export interface ReadRevision extends RevisionFiles {
  readonly folder: ReadFolder
}

/** A folder as it was read, by the id of its tree. */
export interface ReadFolder {
  readonly tree: string
  /** '' or its path with a slash at the end. */
  readonly prefix: string
  /** Directly in it. */
  readonly files: readonly RepositoryFile[]
  readonly folders: readonly ReadFolder[]
  /** Of its tree and all below it, whether or not they are policy. */
  readonly entryCount: number
  /** Of all files in it and below. */
  readonly sizeBytes: number
}

/**
 * A submodule is listed whatever its name, unless a part of its path starts with a dot: policy that somebody believes to
 * be in it would be missing without a word. @throws HostError git-not-found, git-corrupt, git-limit, aborted
 */
export async function readRevision(request: RevisionRequest): Promise<ReadRevision> {
  const store = openStore(request)
  const { tree, revision } = readRevisionOf(await store.read(request.commit, 'commit'), request)
  const folder = await readFolder(store, { tree: await findFolder(store, tree), prefix: '', before: request.before })
  const files: RepositoryFile[] = []
  addFiles(folder, files)
  files.sort((a, b) => (a.path < b.path ? -1 : 1))
  return { revision, files, folder }
}

interface Store {
  readonly request: RevisionRequest
  read(oid: string, type: 'commit' | 'tree' | 'blob'): Promise<Uint8Array>
  /** What was met so far: small trees that contain each other many times unfold to any size. */
  count(met: Extent): void
}

const maxEntries = 500_000
/** The kernel's PATH_MAX. */
const maxPathCharacters = 4096

function openStore(request: RevisionRequest): Store {
  const objects = openObjects(request)
  const met = { entryCount: 0, sizeBytes: 0 }
  return {
    request,
    async read(oid, type) {
      const object = await objects.find(oid, type)
      if (object === undefined) throw damaged(request, `${type} ${oid} is missing`)
      return object
    },
    count({ entryCount, sizeBytes }) {
      met.entryCount += entryCount
      met.sizeBytes += sizeBytes
      if (met.entryCount > maxEntries) throw tooMuch(request, `more than ${maxEntries} files`)
      if (met.sizeBytes > request.maxBytes)
        throw tooMuch(request, `more than maxBytes, ${request.maxBytes} bytes, of policy files`)
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

interface FolderPlace extends Pick<ReadFolder, 'tree' | 'prefix'> {
  /** What was there. */
  readonly before: ReadFolder | undefined
}

async function readFolder(store: Store, { tree, prefix, before }: FolderPlace): Promise<ReadFolder> {
  if (before?.tree === tree) {
    store.count(before)
    return before
  }
  if (prefix.length > maxPathCharacters)
    throw tooMuch(store.request, `paths longer than ${maxPathCharacters} characters`)
  const entries = await listTree(store, tree)
  const knownFiles = new Map(before?.files.map((file) => [file.path, file]))
  const knownFolders = new Map(before?.folders.map((folder) => [folder.prefix, folder]))
  const files: RepositoryFile[] = []
  const folders: ReadFolder[] = []
  for (const entry of entries) {
    const path = prefix + entry.name
    if (entry.name.startsWith('.')) continue
    if (isTree(entry)) {
      const place = { tree: entry.oid, prefix: `${path}/`, before: knownFolders.get(`${path}/`) }
      folders.push(await readFolder(store, place))
    } else if (isPolicyPath(path) || entry.type === 'submodule')
      files.push(await readFile(store, { path, entry, known: knownFiles.get(path) }))
  }
  return { tree, prefix, files, folders, ...sumOf(folders, { entryCount: entries.length, sizeBytes: sizeOf(files) }) }
}

type Extent = Pick<ReadFolder, 'entryCount' | 'sizeBytes'>

function sumOf(folders: readonly Extent[], own: Extent): Extent {
  let { entryCount, sizeBytes } = own
  for (const folder of folders) {
    entryCount += folder.entryCount
    sizeBytes += folder.sizeBytes
  }
  return { entryCount, sizeBytes }
}

function sizeOf(files: readonly RepositoryFile[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes.length, 0)
}

async function listTree(store: Store, oid: string): Promise<readonly TreeEntry[]> {
  const entries = readTreeEntries(await store.read(oid, 'tree'))
  if (entries === undefined) throw damaged(store.request, `tree ${oid} is none`)
  store.count({ entryCount: entries.length, sizeBytes: 0 })
  return entries
}

interface FilePlace {
  readonly path: string
  readonly entry: TreeEntry
  readonly known: RepositoryFile | undefined
}

async function readFile(store: Store, { path, entry, known }: FilePlace): Promise<RepositoryFile> {
  const { oid } = entry
  const type = entry.type === 'tree' ? 'file' : entry.type
  const isKnown = known !== undefined && known.contentId === oid && known.type === type
  const file = isKnown ? known : { path, type, contentId: oid, bytes: await readBytes(store, entry) }
  store.count({ entryCount: 0, sizeBytes: file.bytes.length })
  return file
}

async function readBytes(store: Store, { type, oid }: TreeEntry): Promise<Uint8Array> {
  return type === 'submodule' ? new Uint8Array() : await store.read(oid, 'blob')
}

function addFiles({ files, folders }: ReadFolder, all: RepositoryFile[]): void {
  for (const file of files) all.push(file)
  for (const folder of folders) addFiles(folder, all)
}

function tooMuch({ name }: RevisionRequest, what: string): HostError {
  return gitFailure('git-limit', { name, reason: `the repository holds ${what}` })
}
