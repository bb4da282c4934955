import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { connect, createServer as createTcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { fetchFailure, fetchOnce, type GitLab, openGitLab, show } from '../fakes/git-lab.ts'

interface Context {
  folder: string
  lab: GitLab
}

const test = suite<Context>('adapters/git-tls')

test.before(async (context) => {
  context.folder = await mkdtemp(join(tmpdir(), 'rampart-tls-'))
  makeCertificates(context.folder)
  const [key, cert, ca] = await Promise.all(
    ['server.key', 'server.pem', 'ca.pem'].map((name) => readFile(join(context.folder, name), 'utf8')),
  )
  context.lab = await openGitLab({ tls: { key: key ?? '', cert: cert ?? '', ca: ca ?? '', requestCert: true } })
  context.lab.commit({ files: { 'a.yaml': 'one' } })
})
test.after(async ({ folder, lab }) => {
  await lab.close()
  await rm(folder, { recursive: true, force: true })
})

/** A CA, and for server and client a key and a certificate of it. */
function makeCertificates(folder: string): void {
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' })
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=test CA')
  for (const name of ['server', 'client']) {
    const names = 'subjectAltName=IP:127.0.0.1,DNS:git.example.test'
    const ca = ['-CA', 'ca.pem', '-CAkey', 'ca.key']
    openssl(
      'req',
      '-x509',
      ...key,
      ...ca,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.pem`,
      '-subj',
      `/CN=${name}`,
      '-addext',
      names,
    )
  }
}

test('createHttpTransport() trusts the CA of caFile and no other, and shows the client certificate', async ({
  folder,
  lab,
}) => {
  const files = clientFiles(folder)
  assert.equal(show(await fetchOnce(lab.open(files))), ['a.yaml: one'])
  const untrusted = await fetchFailure(lab.open({ ...files, caFile: undefined }))
  assert.is(untrusted.code, 'git-unreachable')
  assert.match(untrusted.message, 'its certificate is signed by nobody we trust: set caFile')
  assert.is((await fetchFailure(lab.open({ ...files, caFile: join(folder, 'none.pem') }))).code, 'file-unreadable')
  const anonymous = await fetchFailure(lab.open({ caFile: join(folder, 'ca.pem') }))
  assert.match(anonymous.message, 'it wants a client certificate: set clientCertFile and clientKeyFile')
})

test('createHttpTransport() goes through HTTPS_PROXY, and gives up on one that hangs', async ({ folder, lab }) => {
  const files = clientFiles(folder)
  const url = 'https://git.example.test/policy.git'
  const port = Number(new URL(lab.proxy.url).port)
  const asked: (string | undefined)[] = []
  const proxy = createServer()
  proxy.on('connect', (request, socket) => {
    asked.push(request.url, request.headers['proxy-authorization'])
    const onwards = connect(port, '127.0.0.1', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'))
    onwards.on('error', () => socket.destroy())
    socket.on('error', () => onwards.destroy())
    socket.pipe(onwards).pipe(socket)
  })
  await withProxy(proxy, async () => {
    assert.equal(show(await fetchOnce(lab.open({ ...files, url }))), ['a.yaml: one'])
    assert.equal(asked.slice(0, 2), ['git.example.test:443', `Basic ${Buffer.from('ada:pw').toString('base64')}`])
  })
  const silent = createTcpServer((socket) => socket.on('error', () => undefined).resume())
  await withProxy(silent, async () => {
    const failure = await fetchFailure(lab.open({ ...files, url, timeoutMs: 300 }))
    assert.is(failure.code, 'git-limit')
    assert.not.match(failure.message, 'pw')
  })
})

test('createHttpTransport() asks HTTP_PROXY with the whole address for http', async ({ lab }) => {
  const asked: (string | undefined)[] = []
  const proxy = createServer((request, response) => {
    asked.push(request.url, request.headers.host)
    response.writeHead(503).end()
  })
  await withProxy(proxy, async () => {
    const failure = await fetchFailure(lab.open({ url: 'http://git.example.test:8080/x.git' }))
    assert.match(failure.message, 'the server answers 503')
    assert.equal(asked, [
      'http://git.example.test:8080/x.git/info/refs?service=git-upload-pack',
      'git.example.test:8080',
    ])
  })
})

function clientFiles(folder: string) {
  return {
    caFile: join(folder, 'ca.pem'),
    clientCertFile: join(folder, 'client.pem'),
    clientKeyFile: join(folder, 'client.key'),
  }
}

async function withProxy(proxy: ReturnType<typeof createTcpServer>, use: () => Promise<void>): Promise<void> {
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  const bound = proxy.address()
  const address = `http://ada:pw@127.0.0.1:${typeof bound === 'object' && bound !== null ? bound.port : 0}`
  const before = {
    https_proxy: process.env.https_proxy,
    http_proxy: process.env.http_proxy,
    no_proxy: process.env.no_proxy,
  }
  Object.assign(process.env, { https_proxy: address, http_proxy: address, no_proxy: 'none.example' })
  try {
    await use()
  } finally {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
    proxy.close()
  }
}

test.run()
