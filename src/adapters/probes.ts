/** Tries whether something can be reached from this host: one new connection, a limit of ten seconds, one line why not. */

import { Resolver } from 'node:dns/promises'
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { connect } from 'node:net'
import type { RepositoryConfiguration } from '../host/agent-configuration.ts'
import type { Probe } from '../host/apply-configuration.ts'
import type { Prober } from '../reconcile/ports.ts'
import { runCommand } from './command.ts'
import { describeSystemError, systemErrorCode } from './files.ts'
import { openGitTransport } from './open-git-transport.ts'

export interface ProberOptions {
  /** Undefined where the policy comes from a folder: then the probe `repository` always fails. */
  readonly repository: RepositoryConfiguration | undefined
  /** A probe takes no longer. */
  readonly limitMs?: number
}

export function createProber({ repository, limitMs = 10_000 }: ProberOptions): Prober {
  return {
    async ask(probe, signal) {
      const limit = AbortSignal.timeout(limitMs)
      try {
        return await tryOnce(probe, { repository, limitMs, signal: AbortSignal.any([signal, limit]) })
      } catch (error) {
        return limit.aborted ? `no answer within ${limitMs / 1000} s` : describeSystemError(error)
      }
    },
  }
}

interface Attempt {
  readonly repository: RepositoryConfiguration | undefined
  readonly limitMs: number
  readonly signal: AbortSignal
}

/** Undefined when it works. Throws, too, when it does not. */
async function tryOnce(probe: Probe, attempt: Attempt): Promise<string | undefined> {
  switch (probe.type) {
    case 'repository':
      if (attempt.repository === undefined) return 'there is no repository: the policy comes from a folder'
      await openGitTransport(attempt.repository).probe(attempt.signal)
      return undefined
    case 'gateway':
      return await pingGateways(attempt)
    case 'tcp':
      return await tryTcp(probe, attempt)
    case 'dns':
      return await tryDns(probe.name, attempt)
    case 'http':
      return await tryHttp(probe.url, attempt)
    case 'ping':
      return await run(['ping', '-n', '-c', '1', '-W', '3', probe.address], attempt)
    case 'command':
      return await run(probe.words, attempt)
  }
}

function tryTcp(target: { readonly host: string; readonly port: number }, { signal }: Attempt): Promise<undefined> {
  return new Promise((resolve, reject) => {
    const { host, port } = target
    const socket = connect({ host, port, signal })
    socket.on('error', reject)
    socket.on('connect', () => {
      socket.destroy()
      resolve(undefined)
    })
  })
}

/** A resolver of its own, so that nothing is remembered and a new socket is opened. Either family will do. */
async function tryDns(name: string, { signal, limitMs }: Attempt): Promise<string | undefined> {
  const resolver = new Resolver({ timeout: Math.max(1, Math.floor(limitMs / 4)), tries: 2 })
  const stop = (): void => resolver.cancel()
  signal.addEventListener('abort', stop, { once: true })
  try {
    const answers = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)])
    if (answers.some((answer) => answer.status === 'fulfilled')) return undefined
    const codes = answers.map((answer) => (answer.status === 'rejected' ? systemErrorCode(answer.reason) : ''))
    return `it does not resolve (${codes.join(', ')})`
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

function tryHttp(url: string, { signal }: Attempt): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const request = url.startsWith('https:') ? requestHttps : requestHttp
    // agent: false opens a connection for this request alone
    const asked = request(url, { agent: false, signal, headers: { connection: 'close' } }, (response) => {
      const status = response.statusCode ?? 0
      response.destroy()
      resolve(status < 500 ? undefined : `it answers ${status}`)
    })
    asked.on('error', reject)
    asked.end()
  })
}

async function pingGateways(attempt: Attempt): Promise<string | undefined> {
  const routes = await Promise.all(['-4', '-6'].map((family) => defaultRoutes(family, attempt)))
  const gateways = routes.flat()
  if (gateways.length === 0) return 'there is no default route with a gateway'
  const answers = await Promise.all(
    gateways.map(async ({ gateway, dev }) => {
      const why = await run(
        ['ping', '-n', '-c', '1', '-W', '3', ...(gateway.startsWith('fe80:') ? ['-I', dev] : []), gateway],
        attempt,
      )
      return why === undefined ? [] : [`${gateway}: ${why}`]
    }),
  )
  const failures = answers.flat()
  return failures.length === 0 ? undefined : failures.join('; ')
}

interface DefaultRoute {
  readonly gateway: string
  readonly dev: string
}

async function defaultRoutes(family: string, { signal, limitMs }: Attempt): Promise<readonly DefaultRoute[]> {
  const args = ['-j', family, 'route', 'show', 'default']
  const { exitCode, stdout } = await runCommand({ program: 'ip', args, timeoutMs: limitMs, signal })
  if (exitCode !== 0 || stdout.trim() === '') return []
  const routes = JSON.parse(stdout) as readonly Partial<DefaultRoute>[]
  return routes.flatMap(({ gateway, dev }) => (gateway === undefined || dev === undefined ? [] : [{ gateway, dev }]))
}

async function run(words: readonly string[], { signal, limitMs }: Attempt): Promise<string | undefined> {
  const [program = '', ...args] = words
  const result = await runCommand({ program, args, timeoutMs: limitMs, signal })
  if (result.exitCode === 0) return undefined
  const lastLine = result.stderr.trim().split('\n').at(-1) ?? ''
  return lastLine === '' ? `${program} ended with ${result.exitCode}` : lastLine.slice(0, 200)
}
