/** The demo's policy repository: a copy of policies/, a work tree to commit in, and the bare repository that is served. */

import { cp, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { runOrFail } from '../adapters/command.ts'

export interface CompanyRepository {
  /** The folder above the bare repository `firewall.git`. */
  readonly root: string
  /** Writes files (path in the repository to text) and commits them; gives the commit's id. */
  commit(message: string, files: Readonly<Record<string, string>>): Promise<string>
  push(): Promise<void>
}

/** Commits what is in `policies` as the first commit, and pushes it to a new bare repository below `folder`. */
export async function createCompanyRepository(folder: string, policies: string): Promise<CompanyRepository> {
  const root = join(folder, 'git')
  const work = join(folder, 'work')
  const bare = join(root, 'firewall.git')
  const commit = async (message: string, files: Readonly<Record<string, string>>) => {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(work, path)), { recursive: true })
      await writeFile(join(work, path), text)
    }
    await git(work, ['add', '--all'])
    await git(work, ['commit', '--quiet', '--message', message])
    return (await git(work, ['rev-parse', 'HEAD'])).trim()
  }
  const push = async () => void (await git(work, ['push', '--quiet', bare, 'main']))
  await mkdir(root, { recursive: true })
  await git(root, ['init', '--quiet', '--bare', '--initial-branch', 'main', bare])
  await cp(policies, work, { recursive: true })
  await git(work, ['init', '--quiet', '--initial-branch', 'main'])
  await commit('policies: the example to start from', {})
  await push()
  return { root, commit, push }
}

const identity = { name: 'Ada Admin', email: 'ada@example.org' }

/** Without anybody's own configuration: hooks, signing or templates of the person at the keyboard must not matter. */
function git(folder: string, args: readonly string[]): Promise<string> {
  return runOrFail({
    program: 'git',
    args: ['-C', folder, ...args],
    env: {
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_TERMINAL_PROMPT: '0',
      GIT_AUTHOR_NAME: identity.name,
      GIT_AUTHOR_EMAIL: identity.email,
      GIT_COMMITTER_NAME: identity.name,
      GIT_COMMITTER_EMAIL: identity.email,
    },
    timeoutMs: 10_000,
  })
}
