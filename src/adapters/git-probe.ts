/** Asks a git server for the tip of the branch, over a new connection, and forgets the answer. */

import type { RepositoryConfiguration } from '../host/agent-configuration.ts'
import { createHttpTransport } from './git-http.ts'
import { readGitRemote } from './git-remote.ts'
import { createProgramTransport } from './git-ssh.ts'
import type { GitTransport } from './git-transport.ts'

/** Through the proxy and with the credentials of the configuration. @throws HostError git-*, file-unreadable, aborted */
export async function probeGitRepository(configuration: RepositoryConfiguration, signal: AbortSignal): Promise<void> {
  await openTransport(configuration).probe(signal)
}

export function openTransport(configuration: RepositoryConfiguration): GitTransport {
  const remote = readGitRemote(configuration.url)
  return remote.type === 'http'
    ? createHttpTransport(remote, configuration)
    : createProgramTransport(remote, configuration)
}
