/** The way to a git server, whichever kind of address it has. */

import type { RepositoryConfiguration } from '../host/agent-configuration.ts'
import { createHttpTransport } from './git-http.ts'
import { readGitRemote } from './git-remote.ts'
import { createProgramTransport } from './git-ssh.ts'
import type { GitTransport } from './git-transport.ts'

/** Nothing is opened yet: each call of the transport makes a connection of its own. @throws HostError as readGitRemote() */
export function openGitTransport(configuration: RepositoryConfiguration): GitTransport {
  const remote = readGitRemote(configuration.url)
  return remote.type === 'http'
    ? createHttpTransport(remote, configuration)
    : createProgramTransport(remote, configuration)
}
