/** A reverse proxy in front of a git server that does to its answers what a bad network or a bad server does. */

import { once } from 'node:events'
import { createServer, type IncomingMessage, request as requestHttp, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { setTimeout as delay } from 'node:timers/promises'

export type Fault =
  | 'none'
  /** Never answers. */
  | 'hang'
  /** Half of every pack, then nothing more. */
  | 'stall-pack'
  | 'status-401'
  | 'status-403'
  | 'status-404'
  /** With Retry-After: 2. */
  | 'status-429'
  | 'status-500'
  /** The connection ends without a byte. */
  | 'die'
  /** The header says one size, and more or less comes. */
  | 'long-length'
  | 'short-length'
  /** A pack that says that it holds two thousand million objects. */
  | 'many-objects'
  | 'html'
  /** The right content type, and nonsense. */
  | 'garbage'
  /** Half of the list of refs: the connection breaks off, or ends as if that were all. */
  | 'cut-advertisement'
  | 'short-advertisement'
  | 'cut-pack'
  | 'short-pack'
  /** One byte of the pack is another. */
  | 'flip-pack'
  /** Every answer takes 300 ms. */
  | 'slow'
  /** What is asked below /old is below / now. */
  | 'redirect'
  | 'redirect-elsewhere'

export interface FaultProxy {
  readonly url: string
  /** Method and path with query of each request, and what it answered. */
  readonly log: { readonly line: string; readonly authorization: string | undefined; readonly sizeBytes: number }[]
  fault: Fault
  /** Where redirect-elsewhere leads. */
  elsewhere: string
  close(): Promise<void>
}

export interface FaultProxyOptions {
  /** Of the git server. */
  readonly upstream: string
  /** PEM; with it the proxy speaks https. */
  readonly tls?: { readonly key: string; readonly cert: string; readonly ca?: string; readonly requestCert?: boolean }
  readonly host?: string
}

export async function startFaultProxy({ upstream, tls, host = '127.0.0.1' }: FaultProxyOptions): Promise<FaultProxy> {
  const handle = (request: IncomingMessage, response: ServerResponse) =>
    void serve(proxy, { upstream, request, response })
  const server = tls === undefined ? createServer(handle) : createTlsServer(tls, handle)
  server.listen(0, host)
  await once(server, 'listening')
  const bound = server.address()
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0
  const proxy: FaultProxy = {
    url: `${tls === undefined ? 'http' : 'https'}://${host}:${port}`,
    log: [],
    fault: 'none',
    elsewhere: 'http://elsewhere.example',
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
  return proxy
}

interface Exchange {
  readonly upstream: string
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

interface Answer {
  readonly status: number
  readonly type: string
  readonly body: Buffer
}

async function serve(proxy: FaultProxy, exchange: Exchange): Promise<void> {
  const { request, response } = exchange
  const fault = proxy.fault
  const url = request.url ?? ''
  const note = (sizeBytes: number) =>
    proxy.log.push({ line: `${request.method} ${url}`, authorization: request.headers.authorization, sizeBytes })
  if (fault === 'hang') return void note(0)
  if (fault === 'die') {
    note(0)
    return void request.socket.destroy()
  }
  if (fault === 'redirect-elsewhere') {
    note(0)
    return void response.writeHead(301, { location: `${proxy.elsewhere}${url}` }).end()
  }
  if (fault === 'redirect' && url.startsWith('/old')) {
    note(0)
    return void response.writeHead(301, { location: url.slice('/old'.length) }).end()
  }
  if (fault === 'slow') await delay(300)
  const answer = await ask(exchange)
  note(answer.body.length)
  reply(response, { fault, answer, kind: kindOf(request) })
}

/** The library fetches with protocol 1; what it asks with protocol 2 is the probe. */
function kindOf(request: IncomingMessage): 'probe' | 'advertisement' | 'pack' {
  if (request.headers['git-protocol'] !== undefined) return 'probe'
  return request.method === 'GET' ? 'advertisement' : 'pack'
}

function ask({ upstream, request }: Exchange): Promise<Answer> {
  return new Promise((resolve) => {
    const onwards = requestHttp(
      upstream + request.url,
      { method: request.method, headers: request.headers },
      (message) => {
        const chunks: Buffer[] = []
        message.on('data', (chunk: Buffer) => chunks.push(chunk))
        message.on('end', () =>
          resolve({
            status: message.statusCode ?? 500,
            type: message.headers['content-type'] ?? '',
            body: Buffer.concat(chunks),
          }),
        )
      },
    )
    onwards.on('error', () => resolve({ status: 502, type: 'text/plain', body: Buffer.alloc(0) }))
    request.pipe(onwards)
  })
}

function reply(
  response: ServerResponse,
  { fault, answer, kind }: { readonly fault: Fault; readonly answer: Answer; readonly kind: string },
): void {
  const { type, body } = answer
  const half = body.subarray(0, Math.floor(body.length / 2))
  const isHit = fault.endsWith(`-${kind}`)
  const status = /^status-(\d+)$/.exec(fault)?.[1]
  if (status !== undefined) {
    const headers = status === '429' ? { 'retry-after': '2' } : {}
    return void response.writeHead(Number(status), headers).end('secret details\n')
  }
  if (fault === 'html') return void response.writeHead(200, { 'content-type': 'text/html' }).end('<p>sign in')
  if (fault === 'garbage') return void response.writeHead(200, { 'content-type': type }).end('0008\u0000\u0001zz!0000')
  const factor = fault === 'long-length' ? 2 : fault === 'short-length' ? 0.5 : undefined
  if (factor !== undefined) {
    const length = Math.floor(body.length * factor)
    response.strictContentLength = false
    return void response
      .writeHead(answer.status, { 'content-type': type, 'content-length': length })
      .write(body, () => response.destroy())
  }
  response.writeHead(answer.status, { 'content-type': type })
  if (fault === 'many-objects' && kind === 'pack') return void response.end(claimObjects(body))
  if (isHit && fault.startsWith('short')) return void response.end(half)
  if (isHit && fault.startsWith('stall')) return void response.write(half)
  if (isHit && fault.startsWith('cut')) return void response.write(half, () => response.destroy())
  if (isHit && fault.startsWith('flip')) return void response.end(flip(body))
  response.end(body)
}

/** The number of objects is the third word of a pack. */
function claimObjects(body: Buffer): Buffer {
  const changed = Buffer.from(body)
  changed.writeUInt32BE(2_000_000_000, changed.indexOf('PACK') + 8)
  return changed
}

/** In the middle of the first object's bytes, wherever these are. */
function flip(body: Buffer): Buffer {
  const changed = Buffer.from(body)
  const at = changed.indexOf('PACK') + 40
  changed[at] = (changed[at] ?? 0) ^ 0x55
  return changed
}
