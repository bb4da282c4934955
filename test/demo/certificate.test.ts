import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect, createServer } from 'node:tls'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { makeCertificate } from '../../src/demo/certificate.ts'

const test = suite('certificate')
const now = new Date('2031-05-06T07:08:09Z')

test('makeCertificate() names the address and holds from an hour before for a day', () => {
  const read = new X509Certificate(makeCertificate('192.0.2.80', now).certificate)
  assert.is(read.subjectAltName, 'IP Address:192.0.2.80')
  assert.is(new Date(read.validFrom).toISOString(), '2031-05-06T06:08:09.000Z')
  assert.is(new Date(read.validTo).toISOString(), '2031-05-07T07:08:09.000Z')
  assert.ok(read.verify(read.publicKey), 'signed by itself')
})

test('makeCertificate() makes another key and another number each time', () => {
  const numbers = Array.from({ length: 50 }, () => new X509Certificate(makeCertificate('192.0.2.80', now).certificate))
  assert.is(new Set(numbers.map((certificate) => certificate.serialNumber)).size, 50)
})

test('makeCertificate() makes a server that only those trust who were given the certificate', async () => {
  const { key, certificate } = makeCertificate('127.0.0.1', new Date())
  const server = createServer({ key, cert: certificate }, (socket) => socket.end())
  server.on('tlsClientError', () => undefined)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const trusting = connect({ host: '127.0.0.1', port, ca: certificate })
  await once(trusting, 'secureConnect')
  trusting.destroy()
  const [error] = await once(connect({ host: '127.0.0.1', port }), 'error')
  assert.match(String(error), 'self-signed')
  server.close()
})

test.run()
