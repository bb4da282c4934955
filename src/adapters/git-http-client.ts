/** HTTP as isomorphic-git wants it, with what its own client lacks: limits, abort, own CA, proxy, careful redirects. */

import { Agent, type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http'
import { request as requestHttps, Agent as TlsAgent } from 'node:https'
import type { GitHttpRequest, GitHttpResponse } from 'isomorphic-git'
import { HostError } from '../reconcile/host-error.ts'
import { checkBody, checkStatus, describeNetworkError } from './git-http-answer.ts'
import { findProxy } from './git-http-proxy.ts'
import { followRedirect } from './git-http-redirect.ts'
import { gitFailure } from './git-remote.ts'

export interface GitHttpAccess {
  /** Of the remote, for messages. */
  readonly name: string
  /** Of the repository, without a slash at the end. */
  readonly url: string
  /** Goes to the origin of `url` and to no other. */
  readonly authorization: string | undefined
  /** PEM. */
  readonly tls: { readonly ca?: string; readonly cert?: string; readonly key?: string }
  /** For everything that the client is used for together; half of it without a byte is too long already. */
  readonly timeoutMs: number
  /** Of each answer. */
  readonly maxBytes: number
  readonly signal: AbortSignal
  /** The server does not want to be asked again before so much time has passed. */
  readonly onBusy: (delayMs: number) => void
  /** A question is on its way, and its answer is waited for. */
  readonly onAsked?: (() => void) | undefined
}

export interface GitHttpClient {
  /** An answer is complete before it is handed over: isomorphic-git takes a list of refs that breaks off for a short one. */
  request(request: GitHttpRequest): Promise<GitHttpResponse>
  /** Ends every connection and stops the clock. */
  close(): void
}

const maxRedirects = 5

/** request() throws HostError git-*, aborted. */
export function openGitHttpClient(access: GitHttpAccess): GitHttpClient {
  const stop = new AbortController()
  const fail = (code: 'git-limit' | 'aborted', reason: string) =>
    stop.abort(gitFailure(code, { name: access.name, reason }))
  const onAbort = () => fail('aborted', 'it was stopped')
  const timer = setTimeout(() => fail('git-limit', `it took more than ${access.timeoutMs / 1000} s`), access.timeoutMs)
  access.signal.addEventListener('abort', onAbort, { once: true })
  if (access.signal.aborted) onAbort()
  const onIdle = (idleMs: number) => fail('git-limit', `the server sent nothing for ${idleMs / 1000} s`)
  const connection: Connection = { access, stop: stop.signal, agents: new Map(), onIdle }
  let base = access.url
  return {
    async request(request) {
      try {
        const target = new URL(base + request.url.slice(access.url.length))
        const answer = await exchange(connection, { target, request })
        // after a redirect of the first question the others must go there too: a redirected POST would become a GET
        if (answer.movedTo !== undefined) base = answer.movedTo
        return answer.response
      } catch (error) {
        if (stop.signal.aborted) throw stop.signal.reason
        if (error instanceof HostError) throw error
        throw gitFailure('git-unreachable', { name: access.name, reason: describeNetworkError(error), cause: error })
      }
    },
    close() {
      clearTimeout(timer)
      access.signal.removeEventListener('abort', onAbort)
      stop.abort()
      for (const agent of connection.agents.values()) agent.destroy()
    },
  }
}

interface Connection {
  readonly access: GitHttpAccess
  readonly stop: AbortSignal
  /** By origin; filled as needed. */
  readonly agents: Map<string, Agent>
  readonly onIdle: (idleMs: number) => void
}

interface Question {
  readonly target: URL
  readonly request: GitHttpRequest
}

async function exchange(
  connection: Connection,
  question: Question,
): Promise<{ readonly response: GitHttpResponse; readonly movedTo: string | undefined }> {
  const { access } = connection
  const method = question.request.method ?? 'GET'
  let target = question.target
  let movedTo: string | undefined
  for (let hop = 0; hop <= maxRedirects; hop++) {
    const message = await send(connection, { target, request: question.request })
    const redirect = followRedirect(message, { method, target, name: access.name })
    if (redirect === undefined) {
      return { response: await receive(connection, { message, method, target }), movedTo }
    }
    message.destroy()
    target = redirect.target
    movedTo = redirect.base
  }
  throw gitFailure('git-unreachable', { name: access.name, reason: `more than ${maxRedirects} redirects` })
}

async function send(connection: Connection, { target, request }: Question): Promise<IncomingMessage> {
  const { access, stop, onIdle } = connection
  const body = await collect(request.body ?? [])
  const { options, extraHeaders } = await route(connection, target)
  const headers: Record<string, string | number> = {
    ...request.headers,
    ...(target.origin === new URL(access.url).origin && access.authorization !== undefined
      ? { authorization: access.authorization }
      : {}),
    // forges tell git from a browser by the first word
    'user-agent': 'git/rampart',
    'content-length': body.length,
    ...extraHeaders,
  }
  const idleMs = access.timeoutMs / 2
  return await new Promise((resolve, reject) => {
    // a request that still waits for a proxy's socket does not notice its own signal
    stop.addEventListener('abort', () => reject(stop.reason), { once: true })
    if (stop.aborted) return reject(stop.reason)
    const start = target.protocol === 'https:' ? requestHttps : requestHttp
    const sent = start({ ...options, method: request.method ?? 'GET', headers, signal: stop }, resolve)
    sent.on('error', reject)
    sent.once('finish', () => access.onAsked?.())
    sent.setTimeout(idleMs, () => onIdle(idleMs))
    sent.end(body)
  })
}

interface Route {
  readonly options: RequestOptions
  readonly extraHeaders: Readonly<Record<string, string>>
}

/** Where the connection goes, and through which proxy. */
async function route(connection: Connection, target: URL): Promise<Route> {
  const proxy = findProxy(target, process.env)
  const agent = connection.agents.get(target.origin) ?? (await createAgent(connection, { target, proxy }))
  connection.agents.set(target.origin, agent)
  const hostname = target.hostname.replace(/^\[|\]$/g, '')
  const path = target.pathname + target.search
  if (target.protocol === 'https:') {
    const options = { agent, hostname, port: target.port || 443, path, ...connection.access.tls }
    return { options, extraHeaders: {} }
  }
  if (proxy === undefined) return { options: { agent, hostname, port: target.port || 80, path }, extraHeaders: {} }
  const credentials = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`
  const proxyHost = proxy.hostname.replace(/^\[|\]$/g, '')
  return {
    options: { agent, hostname: proxyHost, port: proxy.port || 80, path: target.href },
    extraHeaders: {
      host: target.host,
      ...(credentials === ':' ? {} : { 'proxy-authorization': basic(credentials) }),
    },
  }
}

/** One connection for the few questions of a fetch. The global agent would end it after 5 s of silence. */
async function createAgent(
  { stop }: Connection,
  { target, proxy }: { readonly target: URL; readonly proxy: URL | undefined },
): Promise<Agent> {
  if (target.protocol === 'http:') return new Agent({ keepAlive: true, maxSockets: 1 })
  if (proxy === undefined) return new TlsAgent({ keepAlive: true, maxSockets: 1 })
  const { HttpsProxyAgent } = await import('https-proxy-agent')
  return new HttpsProxyAgent(proxy, { keepAlive: true, maxSockets: 1, signal: stop })
}

async function receive(
  { access }: Connection,
  answer: { readonly message: IncomingMessage; readonly method: string; readonly target: URL },
): Promise<GitHttpResponse> {
  const { message, method, target } = answer
  checkStatus(message, access)
  const tooLong = () =>
    gitFailure('git-limit', {
      name: access.name,
      reason: `the server sends more than maxBytes, ${access.maxBytes} bytes`,
    })
  if (Number(message.headers['content-length'] ?? 0) > access.maxBytes) throw tooLong()
  const chunks: Buffer[] = []
  let sizeBytes = 0
  for await (const chunk of message) {
    sizeBytes += chunk.length
    if (sizeBytes > access.maxBytes) throw tooLong()
    chunks.push(chunk)
  }
  checkBody(chunks, { message, method, name: access.name })
  const headers = Object.fromEntries(Object.entries(message.headers).map(([name, value]) => [name, String(value)]))
  return { url: target.href, method, headers, body: each(chunks), statusCode: 200, statusMessage: 'OK' }
}

async function collect(parts: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Buffer> {
  const collected: Uint8Array[] = []
  for await (const part of parts) collected.push(part)
  return Buffer.concat(collected)
}

async function* each(chunks: readonly Buffer[]): AsyncGenerator<Uint8Array> {
  yield* chunks
}

/** The value of an Authorization header. @param credentials `user:password` */
export function basic(credentials: string): string {
  return `Basic ${Buffer.from(credentials).toString('base64')}`
}
