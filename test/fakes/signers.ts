/** People who sign commits with SSH keys, and commits of any shape, as the real git makes them. */

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Signer {
  readonly keyFile: string
  /** `ssh-ed25519 AAAA...` */
  readonly publicKey: string
  /** `SHA256:...` */
  readonly fingerprint: string
}

export function createSigner(folder: string, name: string, type = 'ed25519'): Signer {
  const keyFile = join(folder, name)
  execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', name, '-f', keyFile])
  const [, fingerprint = ''] = execFileSync('ssh-keygen', ['-l', '-f', keyFile], { encoding: 'utf8' }).split(' ')
  return { keyFile, publicKey: readFileSync(`${keyFile}.pub`, 'utf8').trim(), fingerprint }
}

export interface SignedCommit {
  /** Whose tree it gets: a commit. */
  readonly like: string
  readonly parents?: readonly string[]
  /** Absent: it is not signed. */
  readonly signer?: Signer
  readonly message?: string
  /** Seconds since 1970. */
  readonly time?: number
  /** Absent: no branch moves. */
  readonly branch?: string
}

/** Gives the commit's id. */
export function createCommit(repository: string, commit: SignedCommit): string {
  const { like, parents = [], signer, message = 'a change', time = 1_700_000_000, branch } = commit
  const signing = signer && ['-c', 'gpg.format=ssh', '-c', `user.signingKey=${signer.keyFile}`]
  const parentArgs = parents.flatMap((parent) => ['-p', parent])
  const args = [...(signing ?? []), 'commit-tree', ...(signer === undefined ? [] : ['-S']), ...parentArgs]
  const id = git(repository, [...args, '-m', message, `${like}^{tree}`], time)
  if (branch !== undefined) moveBranch(repository, branch, id)
  return id
}

/** Replaces the branch's tip by the same commit, signed. */
export function signTip(repository: string, signer: Signer, time?: number): string {
  const [like = '', ...parents] = git(repository, ['rev-list', '--parents', '-1', 'refs/heads/main']).split(' ')
  return createCommit(repository, { like, parents, signer, branch: 'main', ...(time === undefined ? {} : { time }) })
}

export function moveBranch(repository: string, branch: string, commit: string): void {
  git(repository, ['update-ref', `refs/heads/${branch}`, commit])
}

export function readCommitObject(repository: string, id: string): Buffer {
  return execFileSync('git', ['--git-dir', repository, 'cat-file', 'commit', id])
}

function git(repository: string, args: readonly string[], time = 0): string {
  const at = `${time} +0000`
  const person = { NAME: 'Ada', EMAIL: 'ada@example.org', DATE: at }
  const identity = Object.entries(person).flatMap(([key, value]) => [
    [`GIT_AUTHOR_${key}`, value] as const,
    [`GIT_COMMITTER_${key}`, value] as const,
  ])
  const env = {
    PATH: process.env.PATH ?? '',
    GIT_DIR: repository,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    ...Object.fromEntries(identity),
  }
  return execFileSync('git', args, { env, encoding: 'utf8' }).trim()
}
