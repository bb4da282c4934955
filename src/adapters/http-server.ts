/** A small bounded HTTP server for a handful of routes: limits on time, size and connections, and a close that ends. */

import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { ListenAddress } from '../host/agent-configuration.ts'
import { HostError } from '../reconcile/host-error.ts'
import { describeSystemError } from './files.ts'

export interface HttpRequest {
  readonly method: string
  /** Without the query. */
  readonly path: string
  readonly headers: IncomingHttpHeaders
  /** The client's address, or the last proxy's. */
  readonly remoteAddress: string
  /** The raw body, or why there is none: longer than the server allows, or the client did not send all of it in time. */
  readBody(): Promise<Buffer | 'too-long' | 'broken-off'>
}

export interface HttpAnswer {
  readonly status: number
  /** `text/plain; charset=utf-8` unless the headers say otherwise. */
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
}

export interface HttpServerOptions {
  readonly listen: ListenAddress
  readonly maxBodyBytes: number
  readonly handle: (request: HttpRequest) => Promise<HttpAnswer>
  /** What handle() threw; the client gets 500 and no detail. */
  readonly onFault: (error: unknown) => void
}

export interface HttpServer {
  /** Where it really listens: the port is never 0. */
  readonly address: ListenAddress
  /** Takes no new request, lets the running ones finish for at most two seconds. */
  close(): Promise<void>
}

const closeLimitMs = 2_000

/** @throws HostError listen-failed */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const server = createServer({
    headersTimeout: 5_000,
    requestTimeout: 10_000,
    keepAliveTimeout: 5_000,
    // so much later the first two are noticed; it wakes an agent at rest
    connectionsCheckingInterval: 5_000,
  })
  server.maxConnections = 64
  server.on('request', (request, response) => {
    // Nothing rejects here: what handle() throws has become an answer.
    void answer(options, request, response)
  })
  await listen(server, options.listen)
  server.on('error', options.onFault)
  return { address: boundAddress(server, options.listen), close: () => close(server) }
}

/**
 * Two listeners that differ in purpose must differ in address: the webhook may face the world, the others never.
 * @throws HostError listen-failed
 */
export function refuseSharedAddress(webhook: ListenAddress | undefined, observe: ListenAddress | undefined): void {
  if (webhook === undefined || observe === undefined || webhook.port === 0) return
  if (webhook.port !== observe.port || webhook.host !== observe.host) return
  throw new HostError(
    'listen-failed',
    `webhook.listen and observe.listen are both ${JSON.stringify(printListen(webhook))}: give each its own port`,
  )
}

/** `127.0.0.1:9477`, `[::1]:9477`. */
export function printListen(listen: ListenAddress): string {
  return listen.host.includes(':') ? `[${listen.host}]:${listen.port}` : `${listen.host}:${listen.port}`
}

async function answer(options: HttpServerOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const reply = await options.handle(readRequest(request, options.maxBodyBytes)).catch((error: unknown): HttpAnswer => {
    options.onFault(error)
    return { status: 500, body: 'internal error\n' }
  })
  response.writeHead(reply.status, {
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    ...reply.headers,
    'content-length': Buffer.byteLength(reply.body),
  })
  response.end(request.method === 'HEAD' ? undefined : reply.body)
}

function readRequest(request: IncomingMessage, maxBodyBytes: number): HttpRequest {
  return {
    method: request.method ?? '',
    path: (request.url ?? '').split('?', 1)[0] ?? '',
    headers: request.headers,
    remoteAddress: request.socket.remoteAddress ?? '',
    readBody: () => readBody(request, maxBodyBytes),
  }
}

async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | 'too-long' | 'broken-off'> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return 'too-long'
  return await new Promise((resolve) => {
    const chunks: Buffer[] = []
    let sizeBytes = 0
    request.on('data', (chunk: Buffer) => {
      sizeBytes += chunk.length
      // The rest is read and dropped: a connection that is cut while the client still writes would swallow the answer.
      if (sizeBytes <= maxBytes) chunks.push(chunk)
      else resolve('too-long')
    })
    request.on('end', () => resolve(Buffer.concat(chunks)))
    request.on('close', () => resolve('broken-off'))
    request.on('error', () => resolve('broken-off'))
  })
}

function listen(server: Server, address: ListenAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      const message = `cannot listen on ${JSON.stringify(printListen(address))}: ${describeSystemError(cause)}`
      reject(new HostError('listen-failed', message, { cause }))
    })
    server.listen({ host: address.host, port: address.port }, () => {
      server.removeAllListeners('error')
      resolve()
    })
  })
}

function boundAddress(server: Server, asked: ListenAddress): ListenAddress {
  const bound = server.address()
  return typeof bound === 'object' && bound !== null ? { host: bound.address, port: bound.port } : asked
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const limit = setTimeout(() => server.closeAllConnections(), closeLimitMs)
    // A connection that is still busy now and idle a moment later would otherwise stay until its keep-alive ends.
    const sweep = setInterval(() => server.closeIdleConnections(), 50)
    server.close(() => {
      clearTimeout(limit)
      clearInterval(sweep)
      resolve()
    })
    server.closeIdleConnections()
  })
}
