/** The demo's helper inside a network namespace: listens, probes, serves git, rings the webhook, as it is told on stdin. */

import { createHmac, randomUUID } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { createServer as createTlsServer } from 'node:tls'
import { knock, tryProbe } from './probe.ts'
import type { AnswerLine, RequestLine, WorkerAnswer, WorkerRequest } from './worker-protocol.ts'

/**
 * Answers requests until its standard input ends, which also happens when the demo dies without a word. Then the process
 * ends, and with it every listener; unless it was told to stay.
 */
export async function runDemoWorker(): Promise<number> {
  let stays = false
  for await (const line of createInterface({ input: process.stdin })) {
    const { id, request } = JSON.parse(line) as RequestLine
    if (request.type === 'stay') stays = true
    // not awaited: the answers' ids tell which request they belong to, and probes run side by side
    void fulfil(request).then((answer) => writeAnswer({ id, answer }))
  }
  if (!stays) process.exit(0)
  return 0
}

async function fulfil(request: WorkerRequest): Promise<WorkerAnswer> {
  try {
    return await perform(request)
  } catch (error) {
    return { type: 'failed', message: error instanceof Error ? error.message : String(error) }
  }
}

async function perform(request: WorkerRequest): Promise<WorkerAnswer> {
  switch (request.type) {
    case 'listen':
      await Promise.all([...request.tcp.map(listenTcp), ...request.udp.map(listenUdp)])
      return { type: 'done' }
    case 'probe':
      return { type: 'probed', outcome: await tryProbe(request.probe) }
    case 'knock':
      return { type: 'probed', outcome: await knock(request.probe, request.limitMs) }
    case 'serveGit':
      await serveGit(request)
      return { type: 'done' }
    case 'ring':
      return { type: 'rung', status: await ring(request) }
    case 'stay':
      return { type: 'done' }
  }
}

function writeAnswer(line: AnswerLine): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

async function listenTcp(port: number): Promise<void> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.end('hello\n')
  })
  server.listen({ host: '::', port })
  await once(server, 'listening')
}

async function listenUdp(port: number): Promise<void> {
  const socket = createSocket('udp6')
  socket.on('message', (message, peer) => socket.send(message, peer.port, peer.address))
  socket.bind(port, '::')
  await once(socket, 'listening')
}

/** The git server itself speaks plain http on loopback; this end of it speaks https to the world. */
async function serveGit(request: Extract<WorkerRequest, { type: 'serveGit' }>): Promise<void> {
  // only one of the helpers needs it
  const { startGitServer } = await import('./git-server.ts')
  const inner = await startGitServer({ root: request.root, host: '127.0.0.1', port: 8080, token: request.token })
  const innerPort = Number(new URL(inner.url).port)
  const outer = createTlsServer({ key: request.key, cert: request.certificate }, (socket) => {
    const upstream = connect({ host: '127.0.0.1', port: innerPort })
    socket.on('error', () => upstream.destroy())
    upstream.on('error', () => socket.destroy())
    socket.pipe(upstream).pipe(socket)
  })
  outer.listen({ host: '::', port: 443 })
  await once(outer, 'listening')
}

async function ring(request: Extract<WorkerRequest, { type: 'ring' }>): Promise<number> {
  const signature = createHmac('sha256', request.secret).update(request.body).digest('hex')
  const response = await fetch(request.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'push',
      'x-github-delivery': randomUUID(),
      'x-hub-signature-256': `sha256=${signature}`,
    },
    body: request.body,
    signal: AbortSignal.timeout(5000),
  })
  await response.body?.cancel()
  return response.status
}
