/** Fetches over http and https with isomorphic-git and our own HTTP client. */

import * as fs from 'node:fs'
import type { RepositoryConfiguration } from '../host/agent-configuration.ts'
import { HostError } from '../reconcile/host-error.ts'
import { describeSystemError, readTextFile, systemErrorCode } from './files.ts'
import { busy } from './git-http-answer.ts'
import { basic, type GitHttpClient, openGitHttpClient } from './git-http-client.ts'
import { listHeadAlways } from './git-http-head.ts'
import { checkPacks } from './git-http-pack.ts'
import { isLoopback } from './git-http-proxy.ts'
import { type GitRemote, gitFailure, noBranch } from './git-remote.ts'
import { acceptedRef, type DownloadTarget, type GitTransport } from './git-transport.ts'

type HttpRemote = Extract<GitRemote, { type: 'http' }>

/** Token, CA and client certificate are read anew at every call, so that they can be rotated. */
export function createHttpTransport(remote: HttpRemote, configuration: RepositoryConfiguration): GitTransport {
  const url = remote.url.href.replace(/[?#].*$/, '').replace(/\/+$/, '')
  const access: Access = { remote, configuration, url, pause: { endsAtMs: 0 } }
  return {
    probe: (signal) => withClient(access, { signal, use: (client) => probe(access, client) }),
    download: (target) => withClient(access, { ...target, use: (client) => download(access, { client, target }) }),
  }
}

interface Access {
  readonly remote: HttpRemote
  readonly configuration: RepositoryConfiguration
  /** Without a slash at the end. */
  readonly url: string
  /** By performance.now(): whatever asks for a run, a server that wants to be left alone is. */
  readonly pause: { endsAtMs: number }
}

type Use = (client: GitHttpClient) => Promise<string>

async function withClient(
  access: Access,
  { signal, onAsked, use }: Pick<DownloadTarget, 'signal' | 'onAsked'> & { readonly use: Use },
): Promise<string> {
  const { remote, configuration, url, pause } = access
  const pauseMs = pause.endsAtMs - performance.now()
  if (pauseMs > 0) throw busy(remote.name, { reason: 'the server was busy', delayMs: pauseMs })
  const client = openGitHttpClient({
    name: remote.name,
    url,
    authorization: await readAuthorization(access),
    tls: await readTlsFiles(configuration),
    timeoutMs: configuration.timeoutMs,
    maxBytes: configuration.maxBytes,
    signal,
    onAsked,
    onBusy: (delayMs) => {
      pause.endsAtMs = performance.now() + delayMs
    },
  })
  try {
    return await use(client)
  } catch (error) {
    throw error instanceof HostError ? error : libraryFailure(error, remote.name)
  } finally {
    client.close()
  }
}

async function readAuthorization({ remote, configuration }: Access): Promise<string | undefined> {
  const { tokenFile, username } = configuration
  if (tokenFile === undefined) return undefined
  if (remote.url.protocol === 'http:' && !isLoopback(remote.url)) {
    const reason = 'a token is never sent over http, where everybody can read it: use https'
    throw gitFailure('git-unauthorized', { name: remote.name, reason })
  }
  const token = (await readTextFile(tokenFile)).trim()
  if (token === '') throw new HostError('file-unreadable', `the token file ${JSON.stringify(tokenFile)} is empty`)
  return basic(`${username}:${token}`)
}

async function readTlsFiles(
  configuration: RepositoryConfiguration,
): Promise<{ readonly ca?: string; readonly cert?: string; readonly key?: string }> {
  const { caFile, clientCertFile, clientKeyFile } = configuration
  return {
    ...(caFile === undefined ? {} : { ca: await readTextFile(caFile) }),
    ...(clientCertFile === undefined ? {} : { cert: await readTextFile(clientCertFile) }),
    ...(clientKeyFile === undefined ? {} : { key: await readTextFile(clientKeyFile) }),
  }
}

async function probe({ remote, configuration, url }: Access, http: GitHttpClient): Promise<string> {
  const { listServerRefs } = await import('./git-library.ts')
  const ref = `refs/heads/${configuration.branch}`
  const refs = await listServerRefs({ http, url, prefix: ref, protocolVersion: 2 })
  // the server takes it for a prefix
  const tip = refs.find((one) => one.ref === ref)
  if (tip === undefined) throw noBranch(remote.name, configuration.branch)
  return tip.oid
}

async function download(
  { remote, configuration, url }: Access,
  { client, target }: { readonly client: GitHttpClient; readonly target: DownloadTarget },
): Promise<string> {
  const library = await import('./git-library.ts')
  const { gitdir, depth } = target
  // where the library writes what it fetched; it asks for it even with an explicit url
  await library.setConfig({ fs, gitdir, path: 'remote.origin.fetch', value: '+refs/heads/*:refs/remotes/origin/*' })
  const { fetchHead } = await library.fetch({
    fs,
    http: { request: checkPacks(listHeadAlways(client.request), { name: remote.name, ...configuration }) },
    gitdir,
    url,
    remote: 'origin',
    // what we have; the library tells the server nothing else
    ref: acceptedRef,
    remoteRef: `refs/heads/${configuration.branch}`,
    singleBranch: true,
    tags: false,
    ...(depth === undefined ? {} : { depth }),
  })
  // null is what the library makes of an empty list of branches, but the probe has seen ours
  if (fetchHead === null) throw noBranch(remote.name, configuration.branch)
  return fetchHead
}

/** What the library throws by itself: the server's answers or the repository on disk make no sense, or the disk fails. */
function libraryFailure(cause: unknown, name: string): HostError {
  const code = systemErrorCode(cause) ?? ''
  if (/^(ENOSPC|EDQUOT|EROFS|EACCES|EPERM|EMFILE)$/.test(code)) {
    return new HostError('state-unwritable', `cannot store the repository: ${describeSystemError(cause)}`, { cause })
  }
  return gitFailure('git-corrupt', {
    name,
    reason: `what arrived is no sound git repository (${code || 'unknown'})`,
    cause,
  })
}
