import { once } from 'node:events'
import { mkdtemp, rm, unlink, writeFile } from 'node:fs/promises'
import { type IncomingMessage, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { HttpServer } from '../../src/adapters/http-server.ts'
import { isSameRepository, startWebhook, type WebhookOptions, type WebhookResult } from '../../src/adapters/webhook.ts'
import { HostError } from '../../src/reconcile/host-error.ts'
import { until } from '../fakes/until.ts'
import { sign, webhookOptions, webhookSecret } from '../fakes/webhook-options.ts'

interface Context {
  folder: string
  secretFile: string
  server: HttpServer
  pushes: number
  results: WebhookResult[]
  faults: unknown[]
}

const closed: HttpServer = { address: { host: '', port: 0 }, close: () => Promise.resolve() }
const test = suite<Context>('adapters/webhook', {
  folder: '',
  secretFile: '',
  server: closed,
  pushes: 0,
  results: [],
  faults: [],
})

test.before.each(async (context) => {
  context.folder = await mkdtemp(join(tmpdir(), 'rampart-webhook-'))
  context.secretFile = join(context.folder, 'secret')
  Object.assign(context, { pushes: 0, results: [], faults: [] })
  await writeFile(context.secretFile, `${webhookSecret}\n`)
  context.server = await startWebhook(optionsFor(context))
})
test.after.each(async ({ server, folder }) => {
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

function optionsFor(context: Context): WebhookOptions {
  return {
    ...webhookOptions(context.secretFile, () => context.pushes++),
    onResult: (result) => context.results.push(result),
    onFault: (error) => context.faults.push(error),
  }
}

const push = (ref = 'refs/heads/main', name = 'net/firewall'): string =>
  JSON.stringify({ ref, repository: { full_name: name } })
interface Delivery {
  readonly body?: string
  readonly signature?: string
  readonly event?: string
  readonly id?: string
  readonly path?: string
}

let lastId = 0

async function deliver(
  { server }: Context,
  delivery: Delivery = {},
): Promise<{ readonly status: number; readonly text: string }> {
  const { body = push(), event = 'push', path = '/hook' } = delivery
  const response = await fetch(`http://127.0.0.1:${server.address.port}${path}`, {
    method: 'POST',
    body,
    headers: {
      'x-hub-signature-256': delivery.signature ?? sign(body),
      'x-github-event': event,
      'x-github-delivery': delivery.id ?? `id-${lastId++}`,
    },
    signal: AbortSignal.timeout(5_000),
  })
  return { status: response.status, text: (await response.text()).trim() }
}

test('startWebhook() asks for a run and answers 202 when the push is signed and ours', async (context) => {
  assert.equal(await deliver(context), { status: 202, text: 'accepted' })
  assert.is(context.pushes, 1)
  assert.equal(context.results, ['accepted'])
})

test('startWebhook() answers 401 and does nothing when the signature does not fit the raw body', async (context) => {
  for (const signature of [sign(push(), 'another secret'), sign(`${push()} `), sign(push(), ''), 'sha256=', '']) {
    assert.is((await deliver(context, { signature })).status, 401, signature)
  }
  assert.is(context.pushes, 0)
  assert.ok(context.results.every((result) => result === 'bad-signature'))
})

test('startWebhook() takes each of several secrets, and others as soon as the file says so', async (context) => {
  await writeFile(context.secretFile, 'old secret\n\nnew secret\r\n')
  for (const secret of ['old secret', 'new secret'])
    assert.is((await deliver(context, { signature: sign(push(), secret) })).status, 202, secret)
  assert.is((await deliver(context)).status, 401)
  assert.is((await deliver(context, { signature: sign(push(), '') })).status, 401)
})

test('startWebhook() answers 500 without a detail and tells the agent when the secrets have gone', async (context) => {
  await unlink(context.secretFile)
  assert.equal(await deliver(context), { status: 500, text: 'internal error' })
  assert.is(context.pushes, 0)
  assert.ok(context.faults[0] instanceof HostError)
})

test('startWebhook() ignores what concerns others and says so', async (context) => {
  assert.equal(await deliver(context, { body: push('refs/heads/dev') }), {
    status: 200,
    text: 'ignored: "refs/heads/dev" is not branch "main"',
  })
  assert.equal(await deliver(context, { body: push('refs/heads/main', 'net/other') }), {
    status: 200,
    text: 'ignored: another repository',
  })
  assert.is((await deliver(context, { event: 'issues' })).status, 200)
  assert.equal(await deliver(context, { event: 'ping', body: '{}' }), { status: 200, text: 'pong' })
  assert.is(context.pushes, 0)
  assert.equal(context.results, ['ignored', 'ignored', 'ignored', 'pong'])
})

test('startWebhook() refuses a delivery that it has taken', async (context) => {
  assert.is((await deliver(context, { id: 'same' })).status, 202)
  assert.is((await deliver(context, { id: 'same' })).status, 409)
  assert.is(context.pushes, 1)
})

test('startWebhook() takes a delivery again when it was not taken the first time', async (context) => {
  assert.is((await deliver(context, { id: 'same', signature: sign('x') })).status, 401)
  assert.is((await deliver(context, { id: 'same' })).status, 202)
})

/** Chunks of 64 KiB without a content length; gives the status. */
async function postChunks(port: number, chunks: number): Promise<number | undefined> {
  const outgoing = request({ host: '127.0.0.1', port, path: '/hook', method: 'POST', timeout: 5_000 })
  const answered = once(outgoing, 'response')
  for (let sent = 0; sent < chunks; sent++) outgoing.write(Buffer.alloc(65_536))
  outgoing.end()
  const [response]: IncomingMessage[] = await answered
  response?.resume()
  return response?.statusCode
}

test('startWebhook() answers 413 when the body is longer than 1 MiB, announced or not', async (context) => {
  assert.is((await deliver(context, { body: 'x'.repeat(1024 * 1024 + 1) })).status, 413)
  assert.is((await deliver(context, { body: 'x'.repeat(1024 * 1024) })).status, 400)
  assert.is(await postChunks(context.server.address.port, 40), 413)
})

test('startWebhook() answers 400 when a signed body is no push', async (context) => {
  for (const body of ['{', '{"ref":1}', 'payload=%7B%7D'])
    assert.is((await deliver(context, { body })).status, 400, body)
  assert.is((await deliver(context, { id: ' ' })).status, 400)
})

test('startWebhook() answers 404 for another path and 405 for another method', async (context) => {
  assert.is((await deliver(context, { path: '/metrics' })).status, 404)
  const response = await fetch(`http://127.0.0.1:${context.server.address.port}/hook`)
  assert.is(response.status, 405)
  assert.is(response.headers.get('allow'), 'POST')
})

test('startWebhook() answers 429 when a client keeps on', async (context) => {
  const statuses = new Set<number>()
  for (let round = 0; round < 60; round++) statuses.add((await deliver(context, { signature: 'sha256=' })).status)
  assert.equal([...statuses], [401, 429])
})

test('startWebhook() answers 408 when the body breaks off', async (context) => {
  const outgoing = request({ host: '127.0.0.1', port: context.server.address.port, path: '/hook', method: 'POST' })
  outgoing.on('error', () => undefined)
  outgoing.setHeader('content-length', '100')
  outgoing.write('half')
  await delay(50)
  outgoing.destroy()
  await until('the end of the request', () => context.results.length > 0)
  assert.equal(context.results, ['broken-off'])
})

test('startWebhook() throws when the secret file is missing or empty, or the address is taken', async (context) => {
  const codes: unknown[] = []
  const empty = join(context.folder, 'empty')
  await writeFile(empty, ' \n\n')
  for (const secretFile of [join(context.folder, 'none'), empty, context.secretFile]) {
    await startWebhook({ ...optionsFor(context), secretFile, listen: context.server.address }).catch(
      (error: unknown) => {
        codes.push(error instanceof HostError ? error.code : error)
      },
    )
  }
  assert.equal(codes, ['file-unreadable', 'file-unreadable', 'listen-failed'])
})

test('isSameRepository() compares the paths of every way to name a repository', () => {
  const url = 'https://user@git.example.org:8443/net/firewall.git'
  for (const name of [
    'net/firewall',
    'Net/Firewall',
    'https://other.example/net/firewall',
    'git@git.example.org:net/firewall.git',
    'ssh://git@h:22/net/firewall.git/',
  ]) {
    assert.ok(isSameRepository(url, name), name)
  }
  for (const name of ['', '/', 'firewall2', 'net/other', 'xnet/firewall', 'https://git.example.org/']) {
    assert.not(isSameRepository(url, name), name)
  }
  assert.ok(isSameRepository('https://mirror.example.org/firewall.git', 'net/firewall'))
  assert.ok(isSameRepository('git@git.example.org:net/firewall.git', 'net/firewall'))
  assert.ok(isSameRepository('http://10.0.0.2/git/net/firewall.git', 'net/firewall'))
})

test.run()
