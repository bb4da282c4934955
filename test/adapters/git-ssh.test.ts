import { chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openGitRepository } from '../../src/adapters/git-repository.ts'
import type { RepositoryConfiguration } from '../../src/host/agent-configuration.ts'
import type { PolicySource } from '../../src/reconcile/ports.ts'
import { commitFiles, createBareRepository } from '../fakes/bare-repository.ts'
import { configure, fetchFailure, fetchOnce, show } from '../fakes/git-lab.ts'

interface Context {
  folder: string
  /** The bare repository. */
  repository: string
  path: string | undefined
}

const test = suite<Context>('adapters/git-ssh', { folder: '', repository: '', path: undefined })

/** Stands in for ssh: notes its arguments one a line, then does what `script` says; "$command" is what sshd would run. */
async function fakeSsh({ folder }: Context, script: string): Promise<void> {
  const lines = ['#!/bin/sh', `printf '%s\\n' "$@" >'${folder}/arguments'`, 'for command; do :; done', script]
  await writeFile(join(folder, 'bin', 'ssh'), `${lines.join('\n')}\n`, { mode: 0o755 })
}

function open({ folder, repository }: Context, changes: Partial<RepositoryConfiguration> = {}): PolicySource {
  const configuration = configure(`git@git.example.org:${repository}`, changes)
  return openGitRepository({ configuration, folder: join(folder, 'state') })
}

test.before.each(async (context) => {
  context.folder = await mkdtemp(join(tmpdir(), 'rampart-ssh-'))
  context.repository = join(context.folder, 'policy.git')
  context.path = process.env.PATH
  await mkdir(join(context.folder, 'bin'))
  createBareRepository(context.repository)
  process.env.PATH = `${context.folder}/bin:${context.path}`
})
test.after.each(async ({ folder, path }) => {
  process.env.PATH = path
  await rm(folder, { recursive: true, force: true })
})

test('createProgramTransport() fetches over ssh, again and again, as its own process group', async (context) => {
  await fakeSsh(context, 'exec sh -c "$command"')
  const source = open(context)
  for (const text of ['one', 'two', 'three']) {
    const commit = commitFiles(context.repository, { files: { 'a.yaml': text } })
    const result = await fetchOnce(source)
    assert.is(result.revision.commit, commit)
    assert.equal(show(result), [`a.yaml: ${text}`])
  }
})

test('createProgramTransport() gives ssh the key, the known hosts and no way to ask or to read a configuration', async (context) => {
  await fakeSsh(context, 'exec sh -c "$command"')
  commitFiles(context.repository, { files: { 'a.yaml': 'one' } })
  await fetchOnce(open(context, { sshKeyFile: "/etc/it's a 100% key", knownHostsFile: '/etc/known hosts' }))
  const given = (await readFile(join(context.folder, 'arguments'), 'utf8')).split('\n')
  for (const option of [
    'BatchMode=yes',
    'StrictHostKeyChecking=yes',
    'IdentityFile="/etc/it\'s a 100%% key"',
    'IdentitiesOnly=yes',
    'UserKnownHostsFile="/etc/known hosts"',
    'GlobalKnownHostsFile=none',
    'git@git.example.org',
  ]) {
    assert.ok(given.includes(option), option)
  }
  assert.equal(given.slice(0, 2), ['-F', 'none'])
})

const failures = [
  [
    'git@h: Permission denied (publickey).',
    'git-unauthorized',
    'the server accepts none of our keys: check sshKeyFile',
  ],
  ['Host key verification failed.', 'git-unreachable', 'its host key is not the one in knownHostsFile'],
  ["fatal: '/x' does not appear to be a git repository", 'git-not-found', 'there is no repository'],
  ['ssh: connect to host h port 22: Connection refused', 'git-unreachable', 'port 22: Connection refused'],
] as const

test('createProgramTransport() tells failures apart by what ssh says', async (context) => {
  for (const [said, code, reason] of failures) {
    await fakeSsh(context, `echo "${said}" >&2; exit 255`)
    const failure = await fetchFailure(open(context))
    assert.is(failure.code, code)
    assert.match(failure.message, reason)
    assert.not.match(failure.message, '\n')
  }
})

test('createProgramTransport() throws git-limit when the server hangs, and aborted when it is stopped', async (context) => {
  await fakeSsh(context, 'sleep 4568.5')
  const failure = await fetchFailure(open(context, { timeoutMs: 300 }))
  assert.is(failure.code, 'git-limit')
  assert.match(failure.message, 'it took more than 0.3 s')
  const stop = new AbortController()
  const failing = fetchFailure(open(context), stop.signal)
  setTimeout(() => stop.abort(), 200)
  assert.is((await failing).code, 'aborted')
})

test('createProgramTransport() throws when the connection breaks off in the pack, and recovers', async (context) => {
  commitFiles(context.repository, { files: { 'a.yaml': Array.from({ length: 9000 }, () => Math.random()).join() } })
  await fakeSsh(
    context,
    `mkfifo '${context.folder}/cut'; exec 3<&0; sh -c "$command" <&3 >'${context.folder}/cut' 3<&- & exec dd bs=1 count=4000 2>/dev/null <'${context.folder}/cut'`,
  )
  const failure = await fetchFailure(open(context))
  assert.ok(['git-unreachable', 'git-corrupt'].includes(failure.code), failure.message)
  await fakeSsh(context, 'exec sh -c "$command"')
  assert.is((await fetchOnce(open(context))).files.length, 1)
})

test('createProgramTransport() throws git-limit when a pack is larger than maxBytes', async (context) => {
  commitFiles(context.repository, { files: { 'a.yaml': Array.from({ length: 9000 }, () => Math.random()).join() } })
  const failure = await fetchFailure(
    openGitRepository({
      configuration: configure(context.repository, { maxBytes: 20_000 }),
      folder: join(context.folder, 'state'),
    }),
  )
  assert.is(failure.code, 'git-limit')
  assert.match(failure.message, 'the server sends more than maxBytes, 20000 bytes')
})

test('createProgramTransport() reads a repository on this machine that belongs to another user', async (context) => {
  commitFiles(context.repository, { files: { 'a.yaml': 'one' } })
  // only root can give it away; for others it is the plain case
  if (process.getuid?.() === 0) await chown(context.repository, 65_534, 65_534)
  const configuration = configure(`file://${context.repository}`)
  const source = openGitRepository({ configuration, folder: join(context.folder, 'state') })
  assert.equal(show(await fetchOnce(source)), ['a.yaml: one'])
})

test('createProgramTransport() throws git-not-found for a missing branch or repository', async (context) => {
  commitFiles(context.repository, { files: { 'a.yaml': 'one' }, branch: 'x/refs/heads/main' })
  const folder = join(context.folder, 'state')
  const noBranch = await fetchFailure(openGitRepository({ configuration: configure(context.repository), folder }))
  assert.match(noBranch.message, 'there is no branch "main"')
  const none = await fetchFailure(openGitRepository({ configuration: configure('/nonexistent.git'), folder }))
  assert.is(none.message, 'cannot fetch from "/nonexistent.git": there is no repository')
})

test('createProgramTransport() says what to install when there is no git', async (context) => {
  await writeFile(join(context.folder, 'bin', 'git'), '#!/bin/sh\nexit 127\n', { mode: 0o755 })
  const failure = await fetchFailure(open(context))
  assert.match(failure.message, 'there is no program git: install the package git')
})

test.run()
