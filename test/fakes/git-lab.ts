/** One bare repository behind a real git server on loopback, a fault proxy before it, and a state folder for who fetches. */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type GitRepository, openGitRepository } from '../../src/adapters/git-repository.ts'
import { type GitServer, startGitServer } from '../../src/demo/git-server.ts'
import type { RepositoryConfiguration } from '../../src/host/agent-configuration.ts'
import { HostError } from '../../src/reconcile/host-error.ts'
import type { PolicySource } from '../../src/reconcile/ports.ts'
import type { RevisionFiles } from '../../src/repository/revision.ts'
import { commitFiles, createBareRepository, type FakeCommit } from './bare-repository.ts'
import { type FaultProxy, type FaultProxyOptions, startFaultProxy } from './fault-proxy.ts'

export interface GitLab {
  readonly folder: string
  /** The bare repository on the server. */
  readonly repository: string
  /** Where fetched commits lie. */
  readonly state: string
  readonly server: GitServer
  readonly proxy: FaultProxy
  commit(commit: FakeCommit): string
  /** Through the proxy, without a token. */
  open(changes?: Partial<RepositoryConfiguration>): GitRepository
  close(): Promise<void>
}

export async function openGitLab(
  options: { readonly token?: string; readonly tls?: FaultProxyOptions['tls'] } = {},
): Promise<GitLab> {
  const folder = await mkdtemp(join(tmpdir(), 'rampart-git-'))
  const repository = join(folder, 'root', 'policy.git')
  const state = join(folder, 'state', 'repo')
  createBareRepository(repository)
  const server = await startGitServer({ root: join(folder, 'root'), host: '127.0.0.1', port: 0, token: options.token })
  const proxy = await startFaultProxy({
    upstream: server.url,
    ...(options.tls === undefined ? {} : { tls: options.tls }),
  })
  return {
    folder,
    repository,
    state,
    server,
    proxy,
    commit: (commit) => commitFiles(repository, commit),
    open: (changes = {}) =>
      openGitRepository({ configuration: configure(`${proxy.url}/policy.git`, changes), folder: state }),
    async close() {
      await proxy.close()
      await server.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export function configure(url: string, changes: Partial<RepositoryConfiguration> = {}): RepositoryConfiguration {
  return {
    url,
    branch: 'main',
    path: '.',
    username: 'rampart',
    tokenFile: undefined,
    caFile: undefined,
    clientCertFile: undefined,
    clientKeyFile: undefined,
    sshKeyFile: undefined,
    knownHostsFile: undefined,
    timeoutMs: 10_000,
    maxBytes: 1024 * 1024,
    ...changes,
  }
}

export function fetchOnce(source: PolicySource): Promise<RevisionFiles> {
  return source.fetch(new AbortController().signal)
}

/** The error's code and message; it fails the test when nothing is thrown or something else. */
export async function fetchFailure(source: PolicySource, signal = new AbortController().signal): Promise<HostError> {
  try {
    await source.fetch(signal)
  } catch (error) {
    if (error instanceof HostError) return error
    throw error
  }
  throw new Error('a HostError was expected')
}

/** `a.yaml: text` of each file, in order. */
export function show(files: RevisionFiles): readonly string[] {
  return files.files.map(({ path, bytes }) => `${path}: ${Buffer.from(bytes)}`)
}
