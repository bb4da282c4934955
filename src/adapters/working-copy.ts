/** The git repository around a folder, as people have it checked out: its revisions by the names that people use. */

import * as fs from 'node:fs'
import { realpath } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { HostError } from '../reconcile/host-error.ts'
import type { RevisionFiles } from '../repository/revision.ts'
import { fileError, readOptionalTextFile, systemErrorCode } from './files.ts'
import { readRevision } from './git-revision.ts'

export interface WorkingCopy {
  readonly root: string
  /** Of this checkout: its HEAD. */
  readonly gitdir: string
  /** Of all checkouts: objects and branches. The same unless the checkout is a linked one. */
  readonly commonDir: string
  /** The folder inside the repository; `.` is its root. */
  readonly path: string
}

/** @throws HostError git-not-found when no repository is around the folder, file-unreadable */
export async function findWorkingCopy(folder: string): Promise<WorkingCopy> {
  const start = await realpath(folder).catch((cause: unknown) => {
    throw fileError({ code: 'file-unreadable', action: 'cannot read the folder', path: folder, cause })
  })
  for (let root = start; ; root = dirname(root)) {
    const gitdir = await gitdirIn(root)
    if (gitdir !== undefined) {
      const common = (await readOptionalTextFile(join(gitdir, 'commondir')))?.trim()
      const commonDir = common === undefined ? gitdir : resolve(gitdir, common)
      return { root, gitdir, commonDir, path: relative(root, start) || '.' }
    }
    if (dirname(root) === root)
      throw new HostError('git-not-found', `no git repository is around ${JSON.stringify(folder)}`)
  }
}

/** What is checked out is no name here: it is read as a folder is. */
export interface NamedRevision {
  /** `main`, `v1.2`, `HEAD~3`, `a1b2c3d`. */
  readonly name: string
  readonly maxBytes: number
}

/** @throws HostError git-not-found when there is no such revision, in a shallow clone with the way to it; git-corrupt, git-limit, aborted */
export async function readNamedRevision(
  copy: WorkingCopy,
  { name, maxBytes }: NamedRevision,
  signal: AbortSignal,
): Promise<RevisionFiles> {
  const commit = await resolveName(copy, name)
  const { commonDir, path, root } = copy
  return await readRevision({ name: root, gitdir: commonDir, commit, path, maxBytes, before: undefined, signal })
}

async function gitdirIn(folder: string): Promise<string | undefined> {
  const place = join(folder, '.git')
  const found = fs.statSync(place, { throwIfNoEntry: false })
  if (found === undefined) return undefined
  if (found.isDirectory()) return place
  const [, gitdir] = /^gitdir: (.+)$/m.exec((await readOptionalTextFile(place)) ?? '') ?? []
  return gitdir === undefined ? undefined : resolve(folder, gitdir)
}

/** As git reads it, without `@{...}`, `:/...` and ranges: a name, then steps to parents. */
async function resolveName(copy: WorkingCopy, name: string): Promise<string> {
  const [, start = '', steps = ''] = /^(.+?)((?:[~^]\d*)*)$/.exec(name) ?? []
  let commit = await commitOf(copy, await oidOf(copy, start), name)
  for (const [, kind, digits] of steps.matchAll(/([~^])(\d*)/g)) {
    const count = digits === '' || digits === undefined ? 1 : Number(digits)
    const parents = kind === '~' ? new Array<number>(count).fill(1) : count === 0 ? [] : [count]
    for (const parent of parents) commit = await commitOf(copy, commit.parents[parent - 1], name)
  }
  return commit.oid
}

/** Undefined when nothing is called so. */
async function oidOf({ gitdir, commonDir }: WorkingCopy, name: string): Promise<string | undefined> {
  const { expandOid, resolveRef } = await import('./git-library.ts')
  const head = name === 'HEAD' || name === '@' ? (await readOptionalTextFile(join(gitdir, 'HEAD')))?.trim() : undefined
  const ref = head?.replace(/^ref: /, '') ?? name
  const found = await resolveRef({ fs, gitdir: commonDir, ref }).catch(whenMissing)
  if (found !== undefined || !/^[0-9a-f]{4,40}$/.test(name)) return found
  return await expandOid({ fs, gitdir: commonDir, oid: name }).catch(whenMissing)
}

/** Of a tag the commit that it names. */
async function commitOf(
  copy: WorkingCopy,
  oid: string | undefined,
  name: string,
): Promise<{ readonly oid: string; readonly parents: readonly string[] }> {
  const { readCommit } = await import('./git-library.ts')
  const found = oid === undefined ? undefined : await readCommit({ fs, gitdir: copy.commonDir, oid }).catch(whenMissing)
  if (found !== undefined) return { oid: found.oid, parents: found.commit.parent }
  const shallow = (await readOptionalTextFile(join(copy.commonDir, 'shallow')))?.trim()
  const why = shallow
    ? ': this clone is shallow, fetch what is missing with git fetch --unshallow, or in a pipeline let the checkout fetch the whole history'
    : ''
  throw new HostError(
    'git-not-found',
    `there is no revision ${JSON.stringify(name)} in ${JSON.stringify(copy.root)}${why}`,
  )
}

function whenMissing(cause: unknown): undefined {
  const code = systemErrorCode(cause)
  if (code === 'NotFoundError' || code === 'ObjectTypeError' || code === 'InvalidOidError' || code === 'ENOENT')
    return undefined
  const text = cause instanceof Error ? cause.message : String(cause)
  throw new HostError('git-corrupt', `the git repository cannot be read: ${text}`, { cause })
}
