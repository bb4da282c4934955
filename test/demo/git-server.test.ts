import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { runCommand } from '../../src/adapters/command.ts'
import { type GitServer, startGitServer } from '../../src/demo/git-server.ts'
import { commitFiles, createBareRepository } from '../fakes/bare-repository.ts'

const test = suite<{ root: string; server: GitServer; commit: string }>('demo/git-server')

test.before(async (context) => {
  context.root = await mkdtemp(join(tmpdir(), 'rampart-git-server-'))
  createBareRepository(join(context.root, 'a.git'))
  context.commit = commitFiles(join(context.root, 'a.git'), { files: { 'a.yaml': 'one' } })
  context.server = await startGitServer({ root: context.root, host: '127.0.0.1', port: 0, token: 'secret' })
})
test.after(async ({ root, server }) => {
  await server.close()
  await rm(root, { recursive: true, force: true })
})

test('startGitServer() serves git itself, with the token', async ({ root, server, commit }) => {
  const url = new URL(`${server.url}/a.git`)
  url.username = 'anybody'
  url.password = 'secret'
  const copy = join(root, 'copy')
  const result = await runCommand({ program: 'git', args: ['clone', '--quiet', url.href, copy], timeoutMs: 10_000 })
  assert.is(result.exitCode, 0, result.stderr)
  assert.is(execFileSync('git', ['-C', copy, 'rev-parse', 'HEAD'], { encoding: 'utf8' }).trim(), commit)
})

test('startGitServer() answers 401 without the token, and lets nobody push or leave its folder', async ({ server }) => {
  const headers = { authorization: `Basic ${Buffer.from('x:secret').toString('base64')}` }
  const status = async (path: string, given: Record<string, string> = headers) => {
    const response = await fetch(server.url + path, { headers: given })
    await response.body?.cancel()
    return response.status
  }
  assert.is(await status('/a.git/info/refs?service=git-upload-pack'), 200)
  assert.is(await status('/a.git/info/refs?service=git-upload-pack', {}), 401)
  assert.is(await status('/a.git/info/refs?service=git-receive-pack'), 403)
  assert.is(await status('/none.git/info/refs?service=git-upload-pack'), 404)
  assert.not.equal(await status('/%2e%2e%2f%2e%2e/etc/passwd'), 200)
  assert.is(await status('/%ff'), 400)
})

test.run()
