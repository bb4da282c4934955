/** The scripts of policies/ at work: the hook in a real repository, the comments at forges that the test plays. */

import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { runCommand } from '../../src/adapters/command.ts'
import { temporaryFolder } from '../fakes/policy-folder.ts'
import { programExists } from '../fakes/program-exists.ts'
import { skipLoudly } from '../fakes/skip.ts'

const test = suite('policies: scripts for forges')
const policies = join(import.meta.dirname, '../../policies')
const marker = '<!-- rampart diff -->'

/** A folder with programs of the test; to be put before PATH. */
function programs(scripts: Readonly<Record<string, string>>): string {
  const folder = join(temporaryFolder(), 'bin')
  mkdirSync(folder)
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`)
    chmodSync(join(folder, name), 0o755)
  }
  return folder
}

/** The program as it is installed, from its source. */
const source = join(import.meta.dirname, '../../src/cli/main.ts')
const installed = programs({
  rampart: `exec ${process.execPath} --import ${import.meta.resolve('tsx')} ${source} "$@"`,
})

function environment(path: string): Record<string, string> {
  const who = { GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@b', GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@b' }
  return { ...who, PATH: `${path}:${process.env.PATH}`, HOME: temporaryFolder(), GIT_CONFIG_NOSYSTEM: '1' }
}

interface Clone {
  readonly folder: string
  readonly git: (...words: readonly string[]) => string
}

/** The example repository with the hook in force, and its first commit made before that. */
function clone(): Clone {
  const folder = temporaryFolder()
  cpSync(policies, folder, { recursive: true })
  const git = (...words: readonly string[]) =>
    execFileSync('git', words, { cwd: folder, env: environment(installed), encoding: 'utf8', stdio: 'pipe' })
  git('init', '--quiet')
  git('add', '.')
  git('commit', '--quiet', '--message', 'the example')
  git('config', 'core.hooksPath', '.githooks')
  return { folder, git }
}

function commit(folder: string, path = installed): { readonly code: number | null; readonly said: string } {
  const words = ['commit', '--quiet', '--message', 'a change']
  const { status, stdout, stderr } = spawnSync('git', words, { cwd: folder, env: environment(path), encoding: 'utf8' })
  return { code: status, said: stdout + stderr }
}

test('the hook lets a valid change through, and refuses a broken one with its place', () => {
  const { folder, git } = clone()
  const web = join(folder, 'policies/web.yaml')
  const good = readFileSync(web, 'utf8')
  writeFileSync(web, `${good}# a remark\n`)
  git('add', '.')
  assert.equal([commit(folder).code], [0])
  writeFileSync(web, good.replace('ports:', 'port:'))
  git('add', '.')
  const refused = commit(folder)
  assert.is(refused.code, 1)
  assert.match(refused.said, /^policies\/web\.yaml:\d+:\d+: error\[unknown-field\]/m)
  assert.is(git('log', '--oneline').trim().split('\n').length, 2)
})

test('the hook judges what is staged, not what lies about', () => {
  const { folder, git } = clone()
  const web = join(folder, 'policies/web.yaml')
  const good = readFileSync(web, 'utf8')
  const bad = good.replace('ports:', 'port:')
  writeFileSync(web, bad)
  git('add', '.')
  writeFileSync(web, good)
  assert.is(commit(folder).code, 1)
  git('add', '.')
  writeFileSync(web, bad)
  const set = join(folder, 'sets/office.yaml')
  writeFileSync(set, `${readFileSync(set, 'utf8')}# a remark\n`)
  git('add', 'sets/office.yaml')
  assert.is(commit(folder).code, 0)
})

test('the hook refuses a change that a policy test speaks against', () => {
  const { folder, git } = clone()
  const web = join(folder, 'policies/web.yaml')
  writeFileSync(web, readFileSync(web, 'utf8').replace('action: Allow', 'action: Deny'))
  git('add', '.')
  const { code, said } = commit(folder)
  assert.is(code, 1)
  assert.match(said, /tests\/\S+\.yaml:\d+/)
})

test('the hook asks nothing where no policy is staged, and says what is missing where rampart is', () => {
  const { folder, git } = clone()
  const bare = programs({})
  writeFileSync(join(folder, 'README.md'), 'ours\n')
  git('add', '.')
  assert.is(commit(folder, bare).code, 0)
  writeFileSync(join(folder, 'sets/more.yaml'), '# nothing\n')
  git('add', '.')
  const { code, said } = commit(folder, bare)
  assert.equal([code, said.includes('there is no program rampart')], [1, true])
})

const comments = [
  ['', 'POST', 'repos/net/firewall/issues/7/comments'],
  ['41\n42', 'PATCH', 'repos/net/firewall/issues/comments/41'],
] as const
for (const [found, method, place] of comments)
  test(`GitHub: ${found === '' ? 'without a comment of ours one is made' : 'the first comment of ours is updated'}`, async () => {
    const folder = temporaryFolder()
    const [access, log] = [join(folder, 'access.md'), join(folder, 'log')]
    writeFileSync(access, '## Access\n')
    // notes what it is asked for, and the body that it is given
    const gh = `echo "$@" >> ${log}
for word in "$@"; do case $word in body=@*) cat "\${word#body=@}" >> ${log} ;; esac; done
case "$*" in *--paginate*) printf '%s' "${found}" ;; esac`
    const done = await runCommand({
      program: 'sh',
      args: [join(policies, '.github/comment-access.sh'), access],
      env: { ...environment(programs({ gh })), GITHUB_REPOSITORY: 'net/firewall', PULL_REQUEST: '7' },
      timeoutMs: 10_000,
    })
    assert.equal([done.exitCode, done.stderr], [0, ''])
    const [asked = '', wrote = '', ...body] = readFileSync(log, 'utf8').split('\n')
    assert.match(asked, '--paginate repos/net/firewall/issues/7/comments')
    assert.match(wrote, new RegExp(`^api --silent --method ${method} ${place} --field body=@`))
    assert.equal(body, [marker, '## Access', ''])
  })

interface GitlabCall {
  readonly method: string
  readonly url: string
  readonly token: string
  readonly body: string
}

interface Note {
  readonly id: number
  readonly body: string
}

/** Lists the page of notes that is asked for. */
async function playGitlab(pages: readonly (readonly Note[])[], calls: GitlabCall[]): Promise<Server> {
  const server = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request
    calls.push({ method, url, token: String(headers['private-token']), body: await text(request) })
    const page = Number(/[?&]page=(\d+)/.exec(url)?.[1] ?? 0)
    response.end(JSON.stringify(method === 'GET' ? (pages[page - 1] ?? []) : { id: 1 }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

const others: readonly Note[] = Array.from({ length: 100 }, (_, id) => ({ id, body: `about ${marker}` }))
const notes = [
  ['without a note of ours one is made', [others], 'POST', '/projects/3/merge_requests/7/notes'],
  [
    'a note of ours is updated, wherever it stands among others',
    [others, [{ id: 777, body: `${marker}\nold` }]],
    'PUT',
    '/projects/3/merge_requests/7/notes/777',
  ],
] as const
for (const [title, pages, method, place] of notes)
  test(`GitLab: ${title}`, async () => {
    if (!programExists('curl')) return skipLoudly('curl is not installed')
    const access = join(temporaryFolder(), 'access.md')
    writeFileSync(access, '## Access & more\n')
    const calls: GitlabCall[] = []
    const server = await playGitlab(pages, calls)
    const env = {
      ...environment('/usr/bin'),
      RAMPART_COMMENT_TOKEN: 'secret',
      CI_API_V4_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      CI_PROJECT_ID: '3',
      CI_MERGE_REQUEST_IID: '7',
    }
    const args = [join(policies, '.gitlab/comment-access.sh'), access]
    const done = await runCommand({ program: 'sh', args, env, timeoutMs: 20_000 })
    server.close()
    assert.equal([done.exitCode, done.stderr], [0, ''])
    const last = calls.at(-1)
    assert.equal([last?.method, last?.url], [method, place])
    assert.is(new URLSearchParams(last?.body).get('body'), `${marker}\n## Access & more\n`)
    assert.ok(calls.every(({ token }) => token === 'secret'))
  })

test('GitLab: without a token nothing is asked, and it is no failure', async () => {
  const args = [join(policies, '.gitlab/comment-access.sh'), '/nowhere']
  const done = await runCommand({ program: 'sh', args, env: environment('/usr/bin'), timeoutMs: 10_000 })
  assert.is(done.exitCode, 0)
  assert.match(done.stdout, 'the comparison is an artifact')
})

test.run()
