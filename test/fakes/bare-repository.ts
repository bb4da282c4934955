/** Bare git repositories for tests, filled without a work tree. */

import { execFileSync } from 'node:child_process'

export interface FakeCommit {
  /** Content by path; undefined removes the file. */
  readonly files?: Readonly<Record<string, string | undefined>>
  /** Target by path. */
  readonly symlinks?: Readonly<Record<string, string>>
  /** Commit id by path. */
  readonly submodules?: Readonly<Record<string, string>>
  readonly message?: string
  /** Default: main. */
  readonly branch?: string
  /** `root`: no parent and none of its files, as after a force-push of an unrelated history. Default: the branch's tip. */
  readonly parent?: 'tip' | 'root'
}

const identity = 'Ada <ada@example.org> 1700000000 +0000'

export function createBareRepository(path: string): void {
  git(path, ['init', '--quiet', '--bare', '--initial-branch=main', path])
}

/** Gives the commit's id. */
export function commitFiles(path: string, commit: FakeCommit): string {
  const ref = `refs/heads/${commit.branch ?? 'main'}`
  const tip = commit.parent === 'root' ? '' : git(path, ['for-each-ref', '--format=%(objectname)', ref])
  const lines = [
    `commit ${ref}`,
    `committer ${identity}`,
    data(commit.message ?? 'change policy'),
    ...(tip === '' ? [] : [`from ${tip}`]),
    ...(commit.parent === 'root' ? ['deleteall'] : []),
    ...Object.entries(commit.files ?? {}).map(([name, text]) =>
      text === undefined ? `D ${name}` : `M 100644 inline ${name}\n${data(text)}`,
    ),
    ...Object.entries(commit.symlinks ?? {}).map(([name, target]) => `M 120000 inline ${name}\n${data(target)}`),
    ...Object.entries(commit.submodules ?? {}).map(([name, id]) => `M 160000 ${id} ${name}`),
    '',
  ]
  const reset = commit.parent === 'root' ? `reset ${ref}\n\n` : ''
  git(path, ['fast-import', '--quiet', '--force', '--date-format=raw'], reset + lines.join('\n'))
  return git(path, ['rev-parse', ref])
}

export function deleteBranch(path: string, branch: string): void {
  git(path, ['update-ref', '-d', `refs/heads/${branch}`])
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}`
}

function git(path: string, args: readonly string[], input = ''): string {
  const environment = {
    PATH: process.env.PATH ?? '',
    GIT_DIR: path,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
  }
  return execFileSync('git', args, { env: environment, input, encoding: 'utf8' }).trim()
}
