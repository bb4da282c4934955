/** The way to the policy repository, for the doctor: the name is looked up, then the branch's tip is asked for as the agent would. */

import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import type { RepositoryConfiguration } from '../host/agent-configuration.ts'
import type { RemoteReading } from '../host/host-readings.ts'
import { HostError } from '../reconcile/host-error.ts'
import { systemErrorCode } from './files.ts'
import { createHttpTransport } from './git-http.ts'
import { type GitRemote, readGitRemote } from './git-remote.ts'
import { createProgramTransport } from './git-ssh.ts'

const longestMs = 30_000

/** Fetches nothing and writes nothing. It takes a minute at most. */
export async function readRemote(configuration: RepositoryConfiguration, signal: AbortSignal): Promise<RemoteReading> {
  const bounded = { ...configuration, timeoutMs: Math.min(configuration.timeoutMs, longestMs) }
  try {
    const remote = readGitRemote(configuration.url)
    const host = hostOf(remote)
    const name = host === undefined ? undefined : { host, failure: await lookupFailure(host) }
    return { type: 'read', name: remote.name, lookup: name, tip: await askForTip(remote, { bounded, signal }) }
  } catch (error) {
    if (error instanceof HostError) return { type: 'unread', reason: error.message }
    throw error
  }
}

async function askForTip(
  remote: GitRemote,
  { bounded, signal }: { readonly bounded: RepositoryConfiguration; readonly signal: AbortSignal },
): Promise<Extract<RemoteReading, { type: 'read' }>['tip']> {
  try {
    const transport =
      remote.type === 'http' ? createHttpTransport(remote, bounded) : createProgramTransport(remote, bounded)
    return { type: 'tip', commit: await transport.probe(signal) }
  } catch (error) {
    if (error instanceof HostError && error.code !== 'aborted') return { type: 'failed', reason: error.message }
    throw error
  }
}

/** Undefined for a path, and for an address that needs no looking up. */
function hostOf(remote: GitRemote): string | undefined {
  if (remote.type === 'local') return undefined
  const host =
    remote.type === 'http'
      ? remote.url.hostname
      : (/^ssh:\/\/(?:[^@/]*@)?([^:/]+|\[[^\]]+\])/.exec(remote.address)?.[1] ?? /@([^:]+):/.exec(remote.address)?.[1])
  return host === undefined || isIP(host.replace(/^\[|\]$/g, '')) !== 0 ? undefined : host
}

/** The resolver has limits of its own; ours is for one that has too many servers. */
async function lookupFailure(host: string): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('no answer in 30 seconds'), longestMs)
  })
  const looked = lookup(host).then(
    () => undefined,
    (error: unknown) => (systemErrorCode(error) === 'EAI_AGAIN' ? 'no name server answers' : 'there is no such name'),
  )
  try {
    return await Promise.race([looked, late])
  } finally {
    clearTimeout(timer)
  }
}
