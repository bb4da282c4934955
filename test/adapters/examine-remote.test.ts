import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readRemote } from '../../src/adapters/examine-remote.ts'
import { configure, openGitLab } from '../fakes/git-lab.ts'
import { inOwnNamespace } from '../fakes/own-namespace.ts'

const test = suite('adapters/examine-remote')
const soon = (): AbortSignal => AbortSignal.timeout(30_000)

test('readRemote() gives the tip of the branch and writes nothing; what the server answers else is told', async () => {
  const lab = await openGitLab()
  try {
    const commit = lab.commit({ files: { 'a.yaml': 'a: 1\n' } })
    const url = `${lab.proxy.url}/policy.git`
    assert.equal(await readRemote(configure(url), soon()), {
      type: 'read',
      name: url,
      lookup: undefined,
      tip: { type: 'tip', commit },
    })
    assert.not.ok(existsSync(lab.state))
    lab.proxy.fault = 'status-500'
    const failed = await readRemote(configure(url), soon())
    assert.match(failed.type === 'read' && failed.tip.type === 'failed' ? failed.tip.reason : '', /500/)
    lab.proxy.fault = 'none'
    const other = await readRemote(configure(url, { branch: 'other' }), soon())
    assert.match(other.type === 'read' && other.tip.type === 'failed' ? other.tip.reason : '', /no branch "other"/)
  } finally {
    await lab.close()
  }
})

test('readRemote() looks names up, and only names', async () => {
  // RFC 6761 keeps this name from ever existing
  for (const url of ['https://git.invalid/x.git', 'ssh://git@git.invalid:22/x.git', 'git@git.invalid:x.git']) {
    const reading = await readRemote(configure(url, { timeoutMs: 5_000 }), soon())
    if (reading.type === 'unread') throw new Error(reading.reason)
    assert.is(reading.lookup?.host, 'git.invalid', url)
    assert.type(reading.lookup?.failure, 'string', url)
    assert.is(reading.tip.type, 'failed', url)
  }
  for (const url of ['https://127.0.0.1:1/x.git', 'https://[::1]:1/x.git', '/nowhere/x.git']) {
    const reading = await readRemote(configure(url, { timeoutMs: 5_000 }), soon())
    assert.is(reading.type === 'read' ? reading.lookup : 'unread', undefined, url)
  }
})

test('readRemote() does not ask a URL that holds a password, and does not repeat it', async () => {
  const reading = await readRemote(configure('https://user:hunter2@git.invalid/x.git'), soon())
  assert.is(reading.type, 'unread')
  assert.not.match(JSON.stringify(reading), 'hunter2')
})

// There no name server can be asked
if (inOwnNamespace(fileURLToPath(import.meta.url))) test.run()
