import { rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openGitRepository } from '../../src/adapters/git-repository.ts'
import type { Fault } from '../fakes/fault-proxy.ts'
import { configure, fetchFailure, fetchOnce, type GitLab, openGitLab, show } from '../fakes/git-lab.ts'

const test = suite<{ lab: GitLab; tokenFile: string }>('adapters/git-http')
const token = 'correct-horse'

test.before.each(async (context) => {
  context.lab = await openGitLab({ token })
  context.tokenFile = join(context.lab.folder, 'token')
  await writeFile(context.tokenFile, `  ${token}\n`)
  context.lab.commit({ files: { 'a.yaml': 'one' } })
})
test.after.each(({ lab }) => lab.close())

test('createHttpTransport() sends user name and token', async ({ lab, tokenFile }) => {
  assert.equal(show(await fetchOnce(lab.open({ tokenFile }))), ['a.yaml: one'])
  const credentials = Buffer.from(`rampart:${token}`).toString('base64')
  assert.ok(lab.proxy.log.every(({ authorization }) => authorization === `Basic ${credentials}`))
})

test('createHttpTransport() throws git-unauthorized without a token or with a wrong one, and names no secret', async ({
  lab,
  tokenFile,
}) => {
  const without = await fetchFailure(lab.open())
  assert.is(without.code, 'git-unauthorized')
  assert.match(without.message, 'the server wants a token: set tokenFile (401)')
  await writeFile(tokenFile, 'wrong-secret')
  const wrong = await fetchFailure(lab.open({ tokenFile }))
  assert.is(wrong.code, 'git-unauthorized')
  assert.not.match(wrong.message, 'wrong-secret')
})

test('createHttpTransport() reads the token anew at every call', async ({ lab, tokenFile }) => {
  await writeFile(tokenFile, 'expired')
  const source = lab.open({ tokenFile })
  assert.is((await fetchFailure(source)).code, 'git-unauthorized')
  await writeFile(tokenFile, token)
  assert.equal(show(await fetchOnce(source)), ['a.yaml: one'])
  await writeFile(tokenFile, ' \n')
  assert.match((await fetchFailure(source)).message, /the token file ".*token" is empty/)
  await rm(tokenFile)
  assert.is((await fetchFailure(source)).code, 'file-unreadable')
})

test('createHttpTransport() never sends a token over http beyond this machine', async ({ lab, tokenFile }) => {
  const failure = await fetchFailure(lab.open({ url: 'http://git.example.org/x.git', tokenFile }))
  assert.is(failure.code, 'git-unauthorized')
  assert.match(failure.message, 'use https')
})

const faults: readonly { readonly fault: Fault; readonly code: string; readonly message: RegExp }[] = [
  { fault: 'hang', code: 'git-limit', message: /the server sent nothing for 0.2 s|it took more than 0.4 s/ },
  { fault: 'stall-pack', code: 'git-limit', message: /the server sent nothing for 0.2 s|it took more than 0.4 s/ },
  { fault: 'status-401', code: 'git-unauthorized', message: /refuses user name and token: check .* \(401\)$/ },
  { fault: 'status-403', code: 'git-unauthorized', message: /refuses user name and token: check .* \(403\)$/ },
  { fault: 'status-404', code: 'git-not-found', message: /there is no repository \(404\)$/ },
  { fault: 'die', code: 'git-unreachable', message: /the connection broke off$/ },
  { fault: 'long-length', code: 'git-unreachable', message: /the connection broke off$/ },
  { fault: 'short-length', code: 'git-corrupt', message: /the server's answer is incomplete$/ },
  { fault: 'many-objects', code: 'git-corrupt', message: /./ },
  { fault: 'status-500', code: 'git-unreachable', message: /the server answers 500$/ },
  { fault: 'html', code: 'git-unreachable', message: /the server answers with "text\/html" instead of git$/ },
  { fault: 'garbage', code: 'git-corrupt', message: /what arrived is no sound git repository/ },
  { fault: 'cut-advertisement', code: 'git-unreachable', message: /the connection broke off$/ },
  { fault: 'short-advertisement', code: 'git-corrupt', message: /the server's answer is incomplete$/ },
  { fault: 'cut-pack', code: 'git-unreachable', message: /the connection broke off$/ },
  { fault: 'short-pack', code: 'git-corrupt', message: /the server's answer is incomplete$/ },
  { fault: 'flip-pack', code: 'git-corrupt', message: /./ },
  { fault: 'redirect-elsewhere', code: 'git-unreachable', message: /redirects to "http:\/\/elsewhere.example\// },
]

for (const { fault, code, message } of faults) {
  test(`createHttpTransport() throws ${code} at the fault ${fault}, first or later, and recovers`, async ({
    lab,
    tokenFile,
  }) => {
    const changes = fault === 'hang' || fault === 'stall-pack' ? { tokenFile, timeoutMs: 400 } : { tokenFile }
    for (const source of [lab.open(changes), lab.open(changes)]) {
      for (const text of [`first ${Math.random()}`, `second ${Math.random()}`]) {
        lab.commit({ files: { 'a.yaml': text } })
        lab.proxy.fault = fault
        const failure = await fetchFailure(source)
        assert.is(failure.code, code, failure.message)
        assert.match(failure.message, message)
        assert.not.match(failure.message, /\n|secret|correct-horse/)
        lab.proxy.fault = 'none'
        assert.equal(show(await fetchOnce(lab.open({ tokenFile }))), [`a.yaml: ${text}`])
      }
    }
  })
}

test('createHttpTransport() waits for a server that is slow but within the limit', async ({ lab, tokenFile }) => {
  lab.proxy.fault = 'slow'
  assert.equal(show(await fetchOnce(lab.open({ tokenFile }))), ['a.yaml: one'])
  const failure = await fetchFailure(lab.open({ tokenFile, timeoutMs: 500 }))
  assert.is(failure.code, 'git-limit')
})

test('createHttpTransport() follows a redirect on the same server, with the token', async ({ lab, tokenFile }) => {
  lab.proxy.fault = 'redirect'
  const source = lab.open({ tokenFile, url: `${lab.proxy.url}/old/policy.git/` })
  assert.equal(show(await fetchOnce(source)), ['a.yaml: one'])
})

test('createHttpTransport() shows its token to no other server, whatever this one says', async ({ lab, tokenFile }) => {
  const other = await openGitLab()
  other.commit({ files: { 'a.yaml': 'evil' } })
  lab.proxy.fault = 'redirect-elsewhere'
  lab.proxy.elsewhere = other.proxy.url
  const failure = await fetchFailure(lab.open({ tokenFile }))
  assert.match(failure.message, `redirects to "${other.proxy.url}/policy.git/info/refs"`)
  assert.equal(other.proxy.log, [])
  await other.close()
})

test('createHttpTransport() throws git-unreachable when nobody listens, or something that is no HTTP', async ({
  lab,
}) => {
  const { url } = lab.proxy
  await lab.proxy.close()
  const refused = await fetchFailure(lab.open())
  assert.is(refused.message, `cannot fetch from "${url}/policy.git": nobody listens there`)
  const other = createServer((socket) =>
    socket
      .on('error', () => undefined)
      .resume()
      .end('220 mail.example.org ready\r\n'),
  )
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  const bound = other.address()
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0
  const failure = await fetchFailure(lab.open({ url: `http://127.0.0.1:${port}/x.git` }))
  assert.is(failure.code, 'git-unreachable')
  assert.match(failure.message, 'what answers there speaks no HTTP')
  await new Promise((resolve) => other.close(resolve))
})

test('createHttpTransport() throws git-unreachable for a name that does not exist', async ({ lab }) => {
  const failure = await fetchFailure(lab.open({ url: 'https://rampart-test.invalid/x.git' }))
  assert.is(failure.code, 'git-unreachable')
  assert.match(failure.message, 'cannot fetch from "https://rampart-test.invalid/x.git": ')
})

test('createHttpTransport() throws aborted when it is stopped, before and while it waits', async ({
  lab,
  tokenFile,
}) => {
  assert.is((await fetchFailure(lab.open({ tokenFile }), AbortSignal.abort())).code, 'aborted')
  lab.proxy.fault = 'stall-pack'
  const stop = new AbortController()
  const failing = fetchFailure(lab.open({ tokenFile }), stop.signal)
  setTimeout(() => stop.abort(), 200)
  assert.is((await failing).code, 'aborted')
  lab.proxy.fault = 'none'
  assert.equal(show(await fetchOnce(lab.open({ tokenFile }))), ['a.yaml: one'])
})

test('openGitRepository() refuses URLs that hold a password or that it cannot fetch from', async ({ lab }) => {
  for (const [url, code] of [
    ['https://ada:hunter2@git.example.org/x.git', 'git-unauthorized'],
    ['ftp://git.example.org/x.git', 'git-unreachable'],
    ['ext::sh -c date', 'git-unreachable'],
  ] as const) {
    const failure = await fetchFailure(openGitRepository({ configuration: configure(url), folder: lab.state }))
    assert.is(failure.code, code)
    assert.not.match(failure.message, 'hunter2')
  }
})

test.run()
