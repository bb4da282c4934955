import { connect } from 'node:net'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import {
  type HttpServerOptions,
  printListen,
  refuseSharedAddress,
  startHttpServer,
} from '../../src/adapters/http-server.ts'
import { HostError } from '../../src/reconcile/host-error.ts'

const test = suite('adapters/http-server')

const options = (handle: HttpServerOptions['handle'], faults: unknown[] = []): HttpServerOptions => ({
  listen: { host: '127.0.0.1', port: 0 },
  maxBodyBytes: 10,
  handle,
  onFault: (error) => faults.push(error),
})

test('startHttpServer() gives the handler path, method and raw body, and the client its answer', async () => {
  const server = await startHttpServer(
    options(async (request) => ({
      status: 201,
      body: `${request.method} ${request.path} ${await request.readBody()}`,
      headers: { 'x-a': 'b' },
    })),
  )
  const response = await fetch(`http://127.0.0.1:${server.address.port}/x?y=z`, { method: 'PUT', body: 'ä' })
  assert.equal([response.status, await response.text(), response.headers.get('x-a')], [201, 'PUT /x ä', 'b'])
  await server.close()
})

test('startHttpServer() answers 500 and stays up when the handler throws', async () => {
  const faults: unknown[] = []
  const server = await startHttpServer(options(() => Promise.reject(new Error('a detail')), faults))
  for (let round = 0; round < 2; round++) {
    const response = await fetch(`http://127.0.0.1:${server.address.port}/`)
    assert.equal([response.status, await response.text()], [500, 'internal error\n'])
  }
  assert.is(faults.length, 2)
  await server.close()
})

test('startHttpServer() throws listen-failed with the reason when the address is taken', async () => {
  const server = await startHttpServer(options(async () => ({ status: 200, body: '' })))
  const second = { ...options(async () => ({ status: 200, body: '' })), listen: server.address }
  const error = await startHttpServer(second).catch((reason: unknown) => reason)
  assert.ok(error instanceof HostError && error.code === 'listen-failed')
  assert.is(error.message, `cannot listen on "127.0.0.1:${server.address.port}": the address is in use`)
  await server.close()
})

test('close() ends within its limit when a client holds a request open', async () => {
  const server = await startHttpServer(options(() => new Promise(() => undefined)))
  const socket = connect(server.address.port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n'))
  socket.on('error', () => undefined)
  await new Promise((resolve) => setTimeout(resolve, 50))
  const from = performance.now()
  await server.close()
  assert.ok(performance.now() - from < 4_000)
  socket.destroy()
})

test('refuseSharedAddress() throws listen-failed only when both are the same', () => {
  const a = { host: '127.0.0.1', port: 9477 }
  refuseSharedAddress(a, undefined)
  refuseSharedAddress(a, { ...a, port: 9478 })
  assert.throws(
    () => refuseSharedAddress(a, a),
    (error: unknown) => error instanceof HostError && error.code === 'listen-failed',
  )
})

test('printListen() puts IPv6 in brackets', () => {
  assert.is(printListen({ host: '::1', port: 80 }), '[::1]:80')
})

test.run()
