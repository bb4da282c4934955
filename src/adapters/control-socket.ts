/** How the commands speak to a running agent: a Unix socket, one JSON line there, one JSON line back. Who may open it is the file's mode. */

import { chmod, lstat, unlink } from 'node:fs/promises'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { HostError } from '../reconcile/host-error.ts'
import {
  type ControlAnswers,
  type ControlCommand,
  type ControlHandlers,
  type ControlInput,
  isRecord,
  knownCommands,
  readControlRequest,
} from './control-protocol.ts'
import { describeSystemError, systemErrorCode } from './files.ts'
import { readLine } from './line-reader.ts'

export interface ControlServer {
  /** Running handlers are aborted; the socket file is removed. */
  close(): Promise<void>
}

interface ControlServerOptions {
  readonly path: string
  readonly handlers: ControlHandlers
  /** What a handler threw; the one who asked is told its message. */
  readonly onFault: (error: unknown) => void
}

/** The other end's line: the answer, or one line for people that says why there is none. */
type Reply = { readonly ok: true; readonly answer: unknown } | { readonly ok: false; readonly error: string }

/** A whole policy may be sent (sent-files.ts), by those who may do anything here. */
const maxRequestBytes = 16 * 1024 * 1024
const maxAnswerBytes = 16 * 1024 * 1024
const requestLimitMs = 5_000
const aliveLimitMs = 2_000
const closeLimitMs = 1_000

/** A socket that an earlier agent left is replaced. @throws HostError listen-failed, also when an agent listens there */
export async function startControlServer(options: ControlServerOptions): Promise<ControlServer> {
  await removeStaleSocket(options.path)
  const connections = new Set<Socket>()
  const closing = new AbortController()
  const server = createServer((socket) => {
    connections.add(socket)
    socket.on('close', () => connections.delete(socket))
    // Nothing rejects here: what a handler throws has become an answer.
    void serve({ ...options, socket, closing: closing.signal })
  })
  server.maxConnections = 32
  await listen(server, options.path)
  server.on('error', options.onFault)
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        closing.abort()
        // One turn for the answers that are about to be written; who does not read them is not waited for.
        setImmediate(() => {
          for (const socket of connections) {
            socket.destroySoon()
            socket.setTimeout(closeLimitMs, () => socket.destroy())
          }
        })
      }),
  }
}

/**
 * Asks the agent and waits for its answer.
 * @throws HostError agent-unreachable when none listens, it does not answer in time, or it answers that it could not
 */
export async function askAgent<Command extends ControlCommand>(question: {
  readonly path: string
  readonly command: Command
  readonly timeoutMs: number
  readonly input?: ControlInput<Command>
}): Promise<ControlAnswers[Command]> {
  const { path, command, timeoutMs, input } = question
  const socket = await open(path, timeoutMs)
  try {
    socket.write(`${JSON.stringify({ command, input })}\n`)
    const line = await readLine(socket, { maxBytes: maxAnswerBytes, limitMs: timeoutMs })
    if (line.type !== 'line')
      throw new HostError(
        'agent-unreachable',
        `the agent at ${JSON.stringify(path)} gave no answer: ${reasons[line.type]}`,
      )
    const reply = readReply(line.text)
    if (!reply.ok)
      throw new HostError('agent-unreachable', `the agent at ${JSON.stringify(path)} could not answer: ${reply.error}`)
    // The agent that listens there is of the same program, and the socket lets nobody else in.
    return reply.answer as ControlAnswers[Command]
  } finally {
    socket.destroy()
  }
}

const reasons = { 'too-long': 'it was too long', ended: 'the connection ended', 'timed-out': 'it took too long' }

async function serve(
  connection: ControlServerOptions & { readonly socket: Socket; readonly closing: AbortSignal },
): Promise<void> {
  const { socket, closing } = connection
  socket.on('error', () => socket.destroy())
  const line = await readLine(socket, { maxBytes: maxRequestBytes, limitMs: requestLimitMs })
  if (line.type === 'ended') {
    socket.destroy()
    return
  }
  const gone = new AbortController()
  socket.on('close', () => gone.abort())
  const reply: Reply =
    line.type === 'line'
      ? await answer(connection, line.text, AbortSignal.any([gone.signal, closing]))
      : refusal(reasons[line.type])
  socket.end(`${JSON.stringify(reply)}\n`)
  socket.setTimeout(requestLimitMs, () => socket.destroy())
}

async function answer({ handlers, onFault }: ControlServerOptions, text: string, signal: AbortSignal): Promise<Reply> {
  const call = readControlRequest(parse(text))
  if (call === undefined) return refusal(`unknown request: {"command": one of ${knownCommands}}`)
  try {
    return { ok: true, answer: await call(handlers, signal) }
  } catch (error) {
    onFault(error)
    return refusal(error instanceof Error ? error.message : String(error))
  }
}

function refusal(error: string): Reply {
  return { ok: false, error }
}

function readReply(text: string): Reply {
  const reply = parse(text)
  if (isRecord(reply) && reply.ok === true) return { ok: true, answer: reply.answer }
  return refusal(isRecord(reply) && typeof reply.error === 'string' ? reply.error : 'its answer is not understood')
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

async function removeStaleSocket(path: string): Promise<void> {
  const found = await connectTo(path, aliveLimitMs)
  if (found.type === 'connected') {
    found.socket.destroy()
    throw new HostError('listen-failed', `another agent listens on ${JSON.stringify(path)}: stop it first`)
  }
  // A file that is no socket refuses as well; it is somebody's and stays.
  if (systemErrorCode(found.cause) === 'ECONNREFUSED' && (await isSocket(path)))
    await unlink(path).catch(() => undefined)
}

async function isSocket(path: string): Promise<boolean> {
  return await lstat(path).then(
    (stats) => stats.isSocket(),
    () => false,
  )
}

async function listen(server: Server, path: string): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(path, () => {
        server.off('error', reject)
        resolve()
      })
    })
    await chmod(path, 0o660)
  } catch (cause) {
    server.close()
    throw new HostError('listen-failed', `cannot listen on ${JSON.stringify(path)}: ${describeSystemError(cause)}`, {
      cause,
    })
  }
}

async function open(path: string, limitMs: number): Promise<Socket> {
  const found = await connectTo(path, limitMs)
  if (found.type === 'connected') return found.socket
  const code = systemErrorCode(found.cause)
  const reason = code === 'ENOENT' || code === 'ECONNREFUSED' ? 'no agent runs' : describeSystemError(found.cause)
  throw new HostError('agent-unreachable', `cannot reach the agent at ${JSON.stringify(path)}: ${reason}`, {
    cause: found.cause,
  })
}

type Connection =
  | { readonly type: 'connected'; readonly socket: Socket }
  | { readonly type: 'failed'; readonly cause: unknown }

function connectTo(path: string, limitMs: number): Promise<Connection> {
  return new Promise((resolve) => {
    const socket = connect(path)
    const timer = setTimeout(() => socket.destroy(new Error('it does not take the connection')), limitMs)
    // Stays for the life of the socket: an error without a listener would end the process; readLine() sees the close.
    socket.on('error', (cause) => {
      clearTimeout(timer)
      resolve({ type: 'failed', cause })
    })
    socket.on('connect', () => {
      clearTimeout(timer)
      resolve({ type: 'connected', socket })
    })
  })
}
