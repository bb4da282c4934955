/** The agent as its unit runs it: another user, CAP_NET_ADMIN and no other capability, no new privileges, secrets in files of its own. */

import { type ChildProcess, execFile, execFileSync, spawn, spawnSync } from 'node:child_process'
import { createHmac, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, chownSync, cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { askAgent } from '../../src/adapters/control-socket.ts'
import type { AgentStatus } from '../../src/reconcile/agent-status.ts'
import { commitFiles } from '../fakes/bare-repository.ts'
import { type GitLab, openGitLab } from '../fakes/git-lab.ts'
import { inOwnNamespace } from '../fakes/own-namespace.ts'
import { temporaryFolder, webEndpoint, webPolicy } from '../fakes/policy-folder.ts'
import { skipLoudly } from '../fakes/skip.ts'
import { until } from '../fakes/until.ts'

const test = suite('agent: least privilege')

/** nobody and nogroup: every machine has them. */
const user = { uid: 65_534, gid: 65_534 }
const netAdmin = '0000000000001000'
const token = 'a-token-that-nobody-may-see'
const secret = 'a-webhook-secret-that-nobody-may-see'
const folder = temporaryFolder()
const program = join(folder, 'dist', 'rampart.js')
const socket = join(folder, 'run', 'control.sock')
const restricted = [
  ...[`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups', '--no-new-privs'],
  ...['--inh-caps=-all,+net_admin', '--ambient-caps=-all,+net_admin', '--bounding-set=-all,+net_admin'],
  '--',
]
let lab: GitLab
let agent: ChildProcess
let printed = ''

/** Runs a program as the agent's user and gives what it printed. */
function asAgent(...words: readonly string[]): string {
  return execFileSync('setpriv', [...restricted, ...words], { encoding: 'utf8', env: environment(), cwd: '/' })
}

function environment(): NodeJS.ProcessEnv {
  const path = `${process.env.PATH}:/usr/sbin:/sbin`
  return { PATH: path, RAMPART_RUNTIME_DIR: join(folder, 'run') }
}

function live(): string {
  return execFileSync('nft', ['list', 'ruleset'], { encoding: 'utf8' })
}

function ask(command: 'status' | 'sync'): Promise<AgentStatus> {
  return askAgent({ path: socket, command, timeoutMs: 90_000 })
}

/** Readable by the agent's user alone. */
function writeSecret(name: string, text: string): void {
  const path = join(folder, name)
  writeFileSync(path, `${text}\n`, { mode: 0o400 })
  chownSync(path, user.uid, user.gid)
}

function push(signature: (body: string) => string): Promise<Response> {
  const body = JSON.stringify({ ref: 'refs/heads/main', repository: { clone_url: `${lab.proxy.url}/policy.git` } })
  return fetch('http://127.0.0.1:9477/hook', {
    method: 'POST',
    body,
    headers: {
      'x-github-event': 'push',
      'x-github-delivery': randomUUID(),
      'x-hub-signature-256': `sha256=${signature(body)}`,
    },
  })
}

const sign = (body: string): string => createHmac('sha256', secret).update(body).digest('hex')

test.before(async () => {
  chmodSync(folder, 0o755)
  for (const part of ['dist', 'systemd']) cpSync(part, join(folder, part), { recursive: true })
  for (const name of ['state', 'run']) {
    mkdirSync(join(folder, name), { mode: 0o700 })
    chownSync(join(folder, name), user.uid, user.gid)
  }
  writeSecret('token', token)
  writeSecret('secret', secret)
  lab = await openGitLab({ token })
  commitFiles(lab.repository, { files: { 'web.yaml': webEndpoint, 'policy.yaml': webPolicy(443) } })
  writeFileSync(
    join(folder, 'agent.yaml'),
    `apiVersion: rampart/v1
kind: AgentConfiguration
node: web-1
repository: {url: "${lab.proxy.url}/policy.git", tokenFile: token, timeout: 30s}
schedule: "0 0 1 1 *"
webhook: {listen: "127.0.0.1:9477", provider: github, secretFile: secret}
apply: {confirmAfter: 0s, firstActivationDelay: 0s}
observe: {listen: "127.0.0.1:9478"}
logLevel: debug
stateDir: state
`,
  )
  const words = [...restricted, process.execPath, program, 'run', '--config', join(folder, 'agent.yaml')]
  agent = spawn('setpriv', words, { env: environment(), cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] })
  for (const stream of [agent.stdout, agent.stderr])
    stream?.on('data', (chunk) => {
      printed += chunk
    })
  await until('the first run', async () => (await ask('status').catch(() => undefined))?.attempted !== undefined)
  await until('its end', async () => (await ask('status')).attempted !== null)
})

test.after(async () => {
  agent.kill('SIGKILL')
  await lab.close()
})

test('the agent has CAP_NET_ADMIN, can get nothing else, and fetches, loads and saves all the same', async () => {
  const status = readFileSync(`/proc/${agent.pid}/status`, 'utf8')
  const field = (name: string) => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status)?.[1]?.split(/\s/)[0]
  for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb']) assert.is(field(set), netAdmin, set)
  assert.equal([field('NoNewPrivs'), field('Uid'), field('Gid')], ['1', String(user.uid), String(user.gid)])
  const { attempted } = await ask('status')
  assert.is(attempted?.outcome, 'converged', attempted?.message)
  assert.match(live(), 'tcp dport 443')
  for (const name of ['last-good.nft', 'status.json']) {
    const { uid, mode } = statSync(join(folder, 'state', name))
    assert.equal([uid, mode & 0o777], [user.uid, 0o600], name)
  }
})

test('a signed webhook brings a commit, drift is healed, and a broken commit is refused', async () => {
  const commit = commitFiles(lab.repository, { files: { 'policy.yaml': webPolicy(8443) } })
  assert.is((await push(() => '0'.repeat(64))).status, 401)
  assert.is((await push(sign)).status, 202)
  await until('the webhook', async () => (await ask('status')).applied?.commit === commit)
  const clean = live()
  assert.match(clean, 'tcp dport 8443')
  execFileSync('nft', ['flush chain inet rampart input'])
  assert.is((await ask('sync')).attempted?.outcome, 'converged')
  assert.is(live(), clean)
  commitFiles(lab.repository, { files: { 'policy.yaml': webPolicy(1).replace('ports', 'port') } })
  assert.is((await ask('sync')).attempted?.outcome, 'invalid')
  assert.is(live(), clean)
  commitFiles(lab.repository, { files: { 'policy.yaml': webPolicy(8443) } })
  assert.is((await ask('sync')).attempted?.outcome, 'converged')
})

test('conntrack lists and ends connections with the same right', async () => {
  const answer = await fetch('http://127.0.0.1:9478/healthz')
  assert.is(answer.status, 200)
  const listed = asAgent('conntrack', '-L', '-p', 'tcp', '--dport', '9478')
  assert.match(listed, 'dport=9478')
  asAgent('conntrack', '-D', '-p', 'tcp', '--dport', '9478')
  assert.not.match(asAgent('conntrack', '-L', '-p', 'tcp', '--dport', '9478'), 'dport=9478')
})

test('doctor finds what it needs as this user', async () => {
  const words = [process.execPath, program, 'doctor', '--config', join(folder, 'agent.yaml'), '--format', 'json']
  const { stdout } = await promisify(execFile)('setpriv', [...restricted, ...words], { env: environment(), cwd: '/' })
  const { checks } = JSON.parse(stdout) as { readonly checks: readonly { name: string; status: string }[] }
  const statusOf = (name: string) => checks.find((check) => check.name === name)?.status
  for (const name of ['configuration', 'repository', 'capability', 'agent', 'boot ruleset', 'other firewalls'])
    assert.is(statusOf(name), 'ok', name)
  assert.not.match(stdout, new RegExp(`${token}|${secret}`))
})

test('no secret is in anything that the agent printed, wrote or answered, whatever went wrong', async () => {
  lab.proxy.fault = 'status-500'
  await ask('sync')
  lab.proxy.fault = 'none'
  writeSecret('token', 'swordfish')
  const refused = await ask('sync')
  assert.match(refused.attempted?.message ?? '', /40[13]/)
  const pages = await Promise.all(
    ['metrics', 'status', 'readyz', 'nowhere'].map(async (page) =>
      (await fetch(`http://127.0.0.1:9478/${page}`)).text(),
    ),
  )
  const files = readdirSync(join(folder, 'state'), { recursive: true, encoding: 'utf8' })
    .map((path) => join(folder, 'state', path))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, 'latin1'))
  const commandLine = readFileSync(`/proc/${agent.pid}/cmdline`, 'utf8')
  const told = [
    printed,
    commandLine,
    readFileSync(`/proc/${agent.pid}/environ`, 'utf8'),
    JSON.stringify(refused),
    ...pages,
    ...files,
  ]
  const secrets = [
    token,
    secret,
    'swordfish',
    ...[token, 'swordfish'].map((text) => btoa(`rampart:${text}`).slice(4, -4)),
  ]
  for (const text of told) for (const hidden of secrets) assert.not.ok(text.includes(hidden), hidden)
})

test('every line of the journal is one event with its level', () => {
  const events = printed
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { level: string; event: string; time: string })
  for (const { level, event, time } of events) {
    assert.match(level, /^(debug|info|warn|error)$/)
    assert.match(event, /^[a-z]+(-[a-z]+)*$/)
    assert.ok(Number.isFinite(Date.parse(time)))
  }
  const levelOf = new Map(events.map(({ event, level }) => [event, level]))
  for (const [event, level] of [
    ['agent-started', 'info'],
    ['converged', 'info'],
    ['drift-repaired', 'warn'],
    ['policy-refused', 'error'],
    ['run-failed', 'error'],
    ['in-sync', 'debug'],
  ] as const)
    assert.is(levelOf.get(event), level, event)
})

test('told to stop the agent ends with 0 and the ruleset stays', async () => {
  const before = live()
  const ended = once(agent, 'exit')
  agent.kill('SIGTERM')
  assert.equal(await ended, [0, null])
  assert.is(live(), before)
})

function canRunHere(): boolean {
  const tried = spawnSync('setpriv', [...restricted, process.execPath, '--version'], { timeout: 60_000, cwd: '/' })
  if (tried.status === 0) return true
  skipLoudly(`the user nobody cannot run node with setpriv: ${tried.error?.message ?? tried.stderr}`)
  return false
}

if (inOwnNamespace(fileURLToPath(import.meta.url)) && canRunHere()) test.run()
