/** A small smart-HTTP git server: git's own http-backend as CGI, for reading only. For the demo and for tests. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'

export interface GitServerOptions {
  /** Every bare repository below this folder is served, under its path there. */
  readonly root: string
  readonly host: string
  /** 0: any free port. */
  readonly port: number
  /** Whoever fetches must send it as the password; the user name does not matter. */
  readonly token?: string | undefined
}

export interface GitServer {
  /** `http://127.0.0.1:8080`; the path of a repository follows. */
  readonly url: string
  /** Ends every connection too. */
  close(): Promise<void>
}

export async function startGitServer(options: GitServerOptions): Promise<GitServer> {
  const running = new Set<ChildProcess>()
  const server = createServer((request, response) => {
    const target = readTarget(request.url)
    if (target === undefined) return response.writeHead(400).end('no sound URL\n')
    if (isAllowed(request, options.token)) return runBackend({ options, request, response, running, target })
    return response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end('a token is needed\n')
  })
  server.listen(options.port, options.host)
  await once(server, 'listening')
  return { url: printUrl(server, options.host), close: () => close(server, running) }
}

function printUrl(server: Server, host: string): string {
  const bound = server.address()
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

async function close(server: Server, running: ReadonlySet<ChildProcess>): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve))
  server.closeAllConnections()
  for (const child of running) child.kill('SIGKILL')
  await closed
}

function isAllowed(request: IncomingMessage, token: string | undefined): boolean {
  if (token === undefined) return true
  const [scheme, credentials] = (request.headers.authorization ?? '').split(' ')
  const text = Buffer.from(credentials ?? '', 'base64').toString()
  return scheme === 'Basic' && text.slice(text.indexOf(':') + 1) === token
}

interface Target {
  readonly path: string
  readonly query: string
}

/** Undefined for what a browser or a git would never send. */
function readTarget(url = ''): Target | undefined {
  try {
    const { pathname, search } = new URL(url, 'http://localhost')
    return { path: decodeURIComponent(pathname), query: search.slice(1) }
  } catch {
    return undefined
  }
}

interface Exchange {
  readonly options: GitServerOptions
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly running: Set<ChildProcess>
  readonly target: Target
}

function runBackend({ options, request, response, running, target }: Exchange): void {
  const child = spawn('git', ['http-backend'], {
    env: { ...cgiEnvironment(options, request), PATH_INFO: target.path, QUERY_STRING: target.query },
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  running.add(child)
  const stop = (): void => {
    running.delete(child)
    child.kill('SIGKILL')
  }
  child.on('error', () => response.destroy())
  child.on('close', () => running.delete(child))
  response.on('close', stop)
  // either side may be gone before the other has finished; what matters is noticed on the response
  child.stdin.on('error', () => undefined)
  request.pipe(child.stdin)
  answer(child.stdout, response)
}

function cgiEnvironment({ root }: GitServerOptions, request: IncomingMessage): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_PROJECT_ROOT: root,
    GIT_HTTP_EXPORT_ALL: '1',
    GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
    REQUEST_METHOD: request.method ?? 'GET',
    CONTENT_TYPE: request.headers['content-type'] ?? '',
    HTTP_CONTENT_ENCODING: String(request.headers['content-encoding'] ?? ''),
    ...(request.headers['content-length'] === undefined ? {} : { CONTENT_LENGTH: request.headers['content-length'] }),
    REMOTE_ADDR: request.socket.remoteAddress ?? '',
  }
}

/** What a CGI program prints: header lines, an empty line, the body. `Status:` is among the headers unless it is 200. */
function answer(output: NodeJS.ReadableStream, response: ServerResponse): void {
  let head = Buffer.alloc(0)
  let isHeadSent = false
  output.on('data', (chunk: Buffer) => {
    if (isHeadSent) {
      if (!response.write(chunk)) pauseUntilDrained(output, response)
      return
    }
    head = Buffer.concat([head, chunk])
    const end = head.indexOf('\r\n\r\n')
    if (end === -1) return
    isHeadSent = true
    writeHead(response, head.toString('latin1', 0, end))
    response.write(head.subarray(end + 4))
  })
  output.on('end', () => {
    if (!isHeadSent) response.writeHead(500)
    response.end()
  })
}

function writeHead(response: ServerResponse, head: string): void {
  let status = 200
  for (const line of head.split('\r\n')) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon)
    const value = line.slice(colon + 1).trim()
    if (name.toLowerCase() === 'status') status = Number.parseInt(value, 10)
    else response.setHeader(name, value)
  }
  response.writeHead(status)
}

function pauseUntilDrained(output: NodeJS.ReadableStream, response: ServerResponse): void {
  output.pause()
  response.once('drain', () => output.resume())
}
