/** Every kind of probe against servers on loopback; each try is a connection of its own. */

import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createProber } from '../../src/adapters/probes.ts'
import type { Probe } from '../../src/host/apply-configuration.ts'
import { configure, openGitLab } from '../fakes/git-lab.ts'
import { inOwnNamespace } from '../fakes/own-namespace.ts'

const test = suite('createProber')
const signal = new AbortController().signal
const ask = (probe: Probe, limitMs = 5_000): Promise<string | undefined> =>
  createProber({ repository: undefined, limitMs }).ask(probe, signal)

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

test('ask() tcp: a new connection each time, and the reason when there is none', async () => {
  let connections = 0
  const server = createServer((socket) => {
    connections++
    socket.on('error', () => undefined)
    socket.end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const probe = { type: 'tcp', host: '127.0.0.1', port: (server.address() as AddressInfo).port } as const
  assert.equal([await ask(probe), await ask(probe)], [undefined, undefined])
  server.close()
  await once(server, 'close')
  assert.is(connections, 2)
  assert.is(await ask({ ...probe, port: await freePort() }), 'nobody listens there')
})

test('ask() http: any answer below 500, over a connection that is not used again', async () => {
  let status = 404
  const sockets = new Set<unknown>()
  const server = createHttpServer((request, response) => {
    sockets.add(request.socket)
    response.writeHead(status).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const probe = { type: 'http', url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` } as const
  assert.equal([await ask(probe), await ask(probe)], [undefined, undefined])
  status = 503
  assert.is(await ask(probe), 'it answers 503')
  assert.is(sockets.size, 3)
  server.close()
  server.closeAllConnections()
})

test('ask() repository: the git server itself, with the credentials of the configuration', async () => {
  const lab = await openGitLab()
  lab.commit({ files: { 'a.yaml': 'a: 1\n' } })
  const prober = createProber({ repository: configure(`${lab.proxy.url}/policy.git`) })
  const probe = { type: 'repository' } as const
  assert.is(await prober.ask(probe, signal), undefined)
  const { length } = lab.proxy.log
  assert.is(await prober.ask(probe, signal), undefined)
  assert.ok(lab.proxy.log.length > length)
  lab.proxy.fault = 'status-500'
  assert.match((await prober.ask(probe, signal)) ?? '', /500/)
  lab.proxy.fault = 'hang'
  const impatient = createProber({ repository: configure(`${lab.proxy.url}/policy.git`), limitMs: 200 })
  assert.is(await impatient.ask(probe, signal), 'no answer within 0.2 s')
  await lab.close()
  assert.match((await ask(probe)) ?? '', 'there is no repository')
})

test('ask() command: its exit code, and its last words', async () => {
  assert.is(await ask({ type: 'command', words: ['true'] }), undefined)
  assert.is(await ask({ type: 'command', words: ['false'] }), 'false ended with 1')
  assert.is(await ask({ type: 'command', words: ['sh', '-c', 'echo first >&2; echo last >&2; exit 3'] }), 'last')
  assert.match((await ask({ type: 'command', words: ['/nonexistent/x'] })) ?? '', 'cannot be run')
  assert.match((await ask({ type: 'command', words: ['sleep', '60'] }, 100)) ?? '', /no answer within|did not finish/)
})

test('ask() ping and dns: an answer or a reason', async () => {
  assert.is(await ask({ type: 'ping', address: '127.0.0.1' }), undefined)
  assert.type(await ask({ type: 'ping', address: '192.0.2.255' }, 300), 'string')
  assert.type(await ask({ type: 'dns', name: 'does-not-exist.invalid' }, 1_000), 'string')
})

test('ask() gateway: every gateway of a default route must answer', async () => {
  assert.is(await ask({ type: 'gateway' }), 'there is no default route with a gateway')
  const router = spawn('unshare', ['-n', 'sh', '-c', 'echo ready; exec sleep 60'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(router.stdout, 'data')
  const ip = (words: string): void => void execFileSync('ip', words.split(' '))
  const inRouter = [`--net=/proc/${router.pid}/ns/net`, 'ip']
  ip(`link add eth0 type veth peer name eth1 netns ${router.pid}`)
  ip('address add 192.0.2.10/24 dev eth0')
  ip('link set eth0 up')
  for (const words of ['address add 192.0.2.1/24 dev eth1', 'link set eth1 up'])
    execFileSync('nsenter', [...inRouter, ...words.split(' ')])
  ip('route add default via 192.0.2.1')
  assert.is(await ask({ type: 'gateway' }), undefined)
  ip('route add default via 192.0.2.2 metric 7')
  assert.match((await ask({ type: 'gateway' }, 1_000)) ?? '', /192\.0\.2\.2|no answer/)
  router.kill('SIGKILL')
})

test('ask() ends when it is told to', async () => {
  const stopping = new AbortController()
  const asked = createProber({ repository: undefined }).ask(
    { type: 'command', words: ['sleep', '60'] },
    stopping.signal,
  )
  stopping.abort()
  assert.type(await asked, 'string')
})

if (inOwnNamespace(fileURLToPath(import.meta.url))) test.run()
