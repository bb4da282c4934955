import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { ControlHandlers } from '../../src/adapters/control-protocol.ts'
import { askAgent, startControlServer } from '../../src/adapters/control-socket.ts'
import { packFiles, unpackFiles } from '../../src/adapters/sent-files.ts'
import { HostError } from '../../src/reconcile/host-error.ts'
import type { RepositoryFile } from '../../src/repository/revision.ts'
import { agentStatus } from '../fakes/agent-status.ts'

const test = suite<{ folder: string; path: string }>('adapters/control-socket', { folder: '', path: '' })

test.before.each(async (context) => {
  context.folder = await mkdtemp(join(tmpdir(), 'rampart-control-'))
  context.path = join(context.folder, 'control.sock')
})
test.after.each(({ folder }) => rm(folder, { recursive: true, force: true }))

const handlers: ControlHandlers = {
  status: async () => agentStatus(),
  sync: async () => agentStatus({ node: 'synced' }),
  insist: async () => agentStatus({ node: 'insisted' }),
  confirm: async () => null,
  hold: async (_signal, { reason }) => ({ type: 'refused', why: reason }),
  resume: async () => ({ type: 'refused', why: 'nothing is held' }),
  rollback: async (_signal, { revision }) => ({ type: 'refused', why: String(revision) }),
  apply: async (_signal, { files }) => ({ type: 'refused', why: unpackFiles(files).map(describeFile).join() }),
  stop: async () => null,
}

function describeFile({ path, type, contentId, bytes }: RepositoryFile): string {
  return `${path} ${type} ${contentId} ${Buffer.from(bytes).toString('hex')}`
}
const ignore = (): void => undefined

async function failure(promise: Promise<unknown>): Promise<HostError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof HostError)) throw new Error(`a HostError was expected, not ${String(error)}`)
  return error
}

/** Sends raw text, gives all that comes back. */
async function converse(path: string, text: string): Promise<string> {
  const socket = connect(path)
  socket.write(text)
  let heard = ''
  socket.on('data', (chunk) => {
    heard += chunk
  })
  await once(socket, 'close')
  return heard
}

test('askAgent() gives what the handler of the command answers', async ({ path }) => {
  const server = await startControlServer({ path, handlers, onFault: ignore })
  assert.equal(await askAgent({ path, command: 'status', timeoutMs: 2000 }), agentStatus())
  assert.is((await askAgent({ path, command: 'sync', timeoutMs: 2000 })).node, 'synced')
  assert.is(await askAgent({ path, command: 'stop', timeoutMs: 2000 }), null)
  await server.close()
})

test('startControlServer() lets owner and group in, and removes the socket at the end', async ({ folder, path }) => {
  const server = await startControlServer({ path, handlers, onFault: ignore })
  assert.is((await stat(path)).mode & 0o777, 0o660)
  await server.close()
  assert.equal(await readdir(folder), [])
})

test('startControlServer() refuses when another agent listens, and leaves it alone', async ({ path }) => {
  const first = await startControlServer({ path, handlers, onFault: ignore })
  const error = await failure(startControlServer({ path, handlers, onFault: ignore }))
  assert.is(error.code, 'listen-failed')
  assert.is(error.message, `another agent listens on "${path}": stop it first`)
  await askAgent({ path, command: 'status', timeoutMs: 2000 })
  await first.close()
})

test('startControlServer() replaces the socket of an agent that was killed', async ({ path }) => {
  const program = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`
  spawnSync(process.execPath, ['--eval', program], { timeout: 10_000 })
  assert.ok((await stat(path)).isSocket())
  const server = await startControlServer({ path, handlers, onFault: ignore })
  await askAgent({ path, command: 'status', timeoutMs: 2000 })
  await server.close()
})

test('startControlServer() does not remove what is no socket', async ({ path }) => {
  await writeFile(path, 'mine')
  await chmod(path, 0o600)
  assert.is((await failure(startControlServer({ path, handlers, onFault: ignore }))).code, 'listen-failed')
  assert.ok((await stat(path)).isFile())
})

test('startControlServer() answers nonsense with a reason and goes on', async ({ path }) => {
  const server = await startControlServer({ path, handlers, onFault: ignore })
  for (const text of ['{\n', '[]\n', '{"command":"constructor"}\n', '{"command":1}\n', '\n']) {
    assert.match(await converse(path, text), '"ok":false,"error":"unknown request', text)
  }
  assert.is(await converse(path, 'x'.repeat(17 * 1024 * 1024)), '{"ok":false,"error":"it was too long"}\n')
  await askAgent({ path, command: 'status', timeoutMs: 2000 })
  await server.close()
})

test('askAgent() sends files byte for byte, and a request with anything else is not understood', async ({ path }) => {
  const server = await startControlServer({ path, handlers, onFault: ignore })
  const bytes = Buffer.from([0xff, 0x00, 0x0a])
  const file = { path: 'a.yaml', type: 'file', contentId: 'unused', bytes } as const
  const input = { node: null, allowed: [], files: packFiles([file, { ...file, path: 'b/c.yml', type: 'symlink' }]) }
  const answer = await askAgent({ path, command: 'apply', timeoutMs: 2000, input })
  const id = 'c3e19f6e5a3d2e0b6a7a0a8f'
  assert.is(
    answer.type === 'refused' && answer.why.replaceAll(/[0-9a-f]{40}/g, id),
    `a.yaml file ${id} ff000a,b/c.yml symlink ${id} ff000a`,
  )
  for (const wrong of [{ path: 'a.txt' }, { path: '.git/a.yaml' }, { type: 'submodule' }, { content: 1 }]) {
    const text = JSON.stringify({ command: 'apply', input: { ...input, files: [{ ...input.files[0], ...wrong }] } })
    assert.match(await converse(path, `${text}\n`), 'unknown request', text)
  }
  await server.close()
})

test('askAgent() passes on what goes with a command; what is not understood is answered with a reason', async ({
  path,
}) => {
  const server = await startControlServer({ path, handlers, onFault: ignore })
  const input = { reason: 'an audit', until: '2030-01-01T00:00:00Z' }
  const question = { path, timeoutMs: 2000 }
  assert.equal(await askAgent({ ...question, command: 'hold', input }), { type: 'refused', why: 'an audit' })
  const back = { revision: 'aaaa', allowed: ['mass-removal'] }
  assert.equal(await askAgent({ ...question, command: 'rollback', input: back }), { type: 'refused', why: 'aaaa' })
  for (const words of [
    '"hold"',
    '"hold","input":{}',
    '"hold","input":{"reason":"x","until":"soon"}',
    '"hold","input":{"reason":1,"until":null}',
    '"rollback"',
    '"rollback","input":{"revision":1,"allowed":[]}',
    '"rollback","input":{"revision":null,"allowed":[1]}',
  ]) {
    assert.match(await converse(path, `{"command":${words}}\n`), 'unknown request', words)
  }
  await server.close()
})

test('askAgent() throws agent-unreachable with the reason when a handler throws', async ({ path }) => {
  const faults: unknown[] = []
  const sync = (): Promise<never> => Promise.reject(new HostError('aborted', 'the agent is stopping'))
  const server = await startControlServer({
    path,
    handlers: { ...handlers, sync },
    onFault: (error) => faults.push(error),
  })
  const error = await failure(askAgent({ path, command: 'sync', timeoutMs: 2000 }))
  assert.is(error.code, 'agent-unreachable')
  assert.match(error.message, 'could not answer: the agent is stopping')
  assert.is(faults.length, 1)
  await server.close()
})

test('askAgent() throws agent-unreachable when none runs', async ({ path }) => {
  const error = await failure(askAgent({ path, command: 'status', timeoutMs: 2000 }))
  assert.is(error.code, 'agent-unreachable')
  assert.is(error.message, `cannot reach the agent at "${path}": no agent runs`)
})

test('askAgent() gives up when the agent does not answer, and the handler learns that nobody waits', async ({
  path,
}) => {
  let aborted = false
  const sync = (signal: AbortSignal): Promise<never> =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        aborted = true
        reject(new Error('nobody waits'))
      })
    })
  const server = await startControlServer({ path, handlers: { ...handlers, sync }, onFault: ignore })
  assert.match((await failure(askAgent({ path, command: 'sync', timeoutMs: 50 }))).message, 'it took too long')
  for (let round = 0; round < 50 && !aborted; round++) await new Promise((resolve) => setTimeout(resolve, 10))
  assert.ok(aborted)
  await server.close()
})

test('askAgent() throws agent-unreachable when something else answers there', async ({ path }) => {
  const server = createServer((socket) => socket.end('hello\n')).listen(path)
  await once(server, 'listening')
  assert.match((await failure(askAgent({ path, command: 'status', timeoutMs: 2000 }))).message, 'not understood')
  server.close()
})

test('close() ends although a handler still works', async ({ path }) => {
  const sync = (): Promise<never> => new Promise(() => undefined)
  const server = await startControlServer({ path, handlers: { ...handlers, sync }, onFault: ignore })
  const asking = failure(askAgent({ path, command: 'sync', timeoutMs: 5000 }))
  await new Promise((resolve) => setTimeout(resolve, 50))
  await server.close()
  assert.match((await asking).message, 'the connection ended')
})

test('close() ends although a client does not read its answer', async ({ path }) => {
  const long = agentStatus({ node: 'x'.repeat(4_000_000) })
  const server = await startControlServer({
    path,
    handlers: { ...handlers, status: async () => long },
    onFault: ignore,
  })
  const socket = connect(path)
  socket.write('{"command":"status"}\n')
  await new Promise((resolve) => setTimeout(resolve, 50))
  const from = performance.now()
  await server.close()
  assert.ok(performance.now() - from < 4_000)
  socket.destroy()
})

test.run()
