/** Where the policy repository lies: the URL of the configuration, told apart by how it is reached. */

import { HostError, type HostErrorCode } from '../reconcile/host-error.ts'

export type GitRemote =
  | { readonly type: 'http'; readonly url: URL; readonly name: string }
  /** `ssh` also for `user@host:path`; `local` for `file://` and absolute paths. The address is in git's own syntax. */
  | { readonly type: 'ssh' | 'local'; readonly address: string; readonly name: string }

/**
 * `name` is what messages call it: without user, password and query.
 * @throws HostError git-unauthorized for a password in the URL, git-unreachable for another kind of URL
 */
export function readGitRemote(address: string): GitRemote {
  if (address.startsWith('/')) return { type: 'local', address, name: address }
  // as git reads it: a colon before the first slash, and no `://`
  if (/^[^/:@\s]+@[^/:\s]+:(?!\/\/)/.test(address)) return { type: 'ssh', address, name: address }
  const url = URL.canParse(address) ? new URL(address) : undefined
  const name = url === undefined ? address : `${url.protocol}//${url.host}${url.pathname}`
  if (url?.password) throw gitFailure('git-unauthorized', { name, reason: 'its URL holds a password: use tokenFile' })
  switch (url?.protocol) {
    case 'file:':
      return { type: 'local', address, name }
    case 'ssh:':
      return { type: 'ssh', address, name }
    case 'http:':
    case 'https:':
      if (url.username) throw gitFailure('git-unauthorized', { name, reason: 'its URL holds a user: use username' })
      return { type: 'http', url, name }
    default:
      throw gitFailure('git-unreachable', {
        name,
        reason: 'unknown kind of URL: https, ssh, file and absolute paths are possible',
      })
  }
}

/** One line, `cannot fetch from "https://git.example.org/x.git": the server answers 500`. The reason must hold no secret. */
export function gitFailure(
  code: HostErrorCode,
  failure: { readonly name: string; readonly reason: string; readonly cause?: unknown },
): HostError {
  const { name, reason, cause } = failure
  return new HostError(code, `cannot fetch from ${JSON.stringify(name)}: ${reason}`, { cause })
}

export function noBranch(name: string, branch: string): HostError {
  return gitFailure('git-not-found', { name, reason: `there is no branch ${JSON.stringify(branch)}` })
}

/** What another program or a server says, fit for one line of ours: no control characters, single blanks, at most 200 characters. */
export function printForeign(text: string): string {
  return text
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, 200)
}
