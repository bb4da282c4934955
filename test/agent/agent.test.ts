import { execFileSync } from 'node:child_process'
import { createHmac, randomUUID } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { askAgent } from '../../src/adapters/control-socket.ts'
import { createJournal } from '../../src/adapters/journal.ts'
import { type AgentOptions, runAgent } from '../../src/agent/run-agent.ts'
import type { AgentStatus } from '../../src/reconcile/agent-status.ts'
import { HostError } from '../../src/reconcile/host-error.ts'
import { commitFiles } from '../fakes/bare-repository.ts'
import type { Fault } from '../fakes/fault-proxy.ts'
import { configure, type GitLab, openGitLab } from '../fakes/git-lab.ts'
import { inOwnNamespace } from '../fakes/own-namespace.ts'
import { temporaryFolder, webEndpoint, webPolicy } from '../fakes/policy-folder.ts'
import { until } from '../fakes/until.ts'

const test = suite('agent')
const secret = 'correct horse battery staple'
const hook = { host: '127.0.0.1', port: 9477 }
const observe = { host: '127.0.0.1', port: 9478 }
const folder = temporaryFolder()
const socket = join(folder, 'run', 'control.sock')
const lines: Record<string, unknown>[] = []
let lab: GitLab
let running: { readonly ended: Promise<void>; stop(): Promise<void> } | undefined

function options(): AgentOptions {
  writeFileSync(join(folder, 'secret'), `${secret}\n`)
  return {
    configuration: {
      node: 'web-1',
      repository: configure(`${lab.proxy.url}/policy.git`, { timeoutMs: 1_500 }),
      schedule: '0 0 1 1 *',
      splayMs: 0,
      webhook: { listen: hook, provider: 'github', secretFile: join(folder, 'secret') },
      apply: { firstActivationDelayMs: 0, endsDeniedConnections: true },
      failsafes: 'minimal',
      driftIntervalMs: 3_600_000,
      observe,
      logLevel: 'debug',
      stateDir: join(folder, 'state'),
    },
    controlPorts: [],
    runtimeDir: join(folder, 'run'),
    version: 'test',
    journal: createJournal({ level: 'debug', stream: { write: (line) => void lines.push(JSON.parse(line)) } }),
  }
}

function start(changes: (given: AgentOptions) => AgentOptions = (given) => given): void {
  const stopping = new AbortController()
  const ended = runAgent(changes(options()), stopping.signal)
  running = {
    ended,
    async stop() {
      stopping.abort()
      await ended
    },
  }
}

async function stop(): Promise<void> {
  await running?.stop()
  running = undefined
}

function sync(): Promise<AgentStatus> {
  return askAgent({ path: socket, command: 'sync', timeoutMs: 20_000 })
}

async function status(): Promise<AgentStatus | undefined> {
  try {
    return await askAgent({ path: socket, command: 'status', timeoutMs: 5_000 })
  } catch (error) {
    if (error instanceof HostError) return undefined
    throw error
  }
}

function live(): string {
  return execFileSync('nft', ['list', 'ruleset'], { encoding: 'utf8' })
}

async function get(path: string): Promise<{ readonly code: number; readonly body: string }> {
  const answer = await fetch(`http://127.0.0.1:${observe.port}${path}`)
  return { code: answer.status, body: await answer.text() }
}

async function metric(line: RegExp): Promise<number> {
  const { body } = await get('/metrics')
  return Number(line.exec(body)?.[1] ?? 0)
}

test.before(async () => {
  lab = await openGitLab()
  commitFiles(lab.repository, { files: { 'web.yaml': webEndpoint, 'policy.yaml': webPolicy(443) } })
  start()
  await until('the first run', async () => (await status())?.attempted?.outcome === 'converged')
})

test.after(async () => {
  await stop()
  await lab.close()
})

test('runAgent() converges when it starts and says so everywhere', async () => {
  assert.match(live(), 'tcp dport 443')
  assert.is((await get('/readyz')).code, 200)
  assert.is((await get('/healthz')).code, 200)
  const shown = await status()
  assert.equal(JSON.parse((await get('/status')).body), shown)
  assert.equal(JSON.parse(readFileSync(join(folder, 'state', 'status.json'), 'utf8')).applied, shown?.applied)
  assert.equal(shown?.endpoints, [{ name: 'web-1-eth0', interfaces: ['eth0'], state: 'down' }])
  assert.match((await get('/metrics')).body, `rampart_revision_info{applied="${shown?.applied?.commit}"`)
  assert.is(await metric(/rampart_runs_total\{outcome="converged"\} (\d+)/), 1)
  assert.match(
    (await get('/metrics')).body,
    'rampart_policy_packets_total{kind="GlobalNetworkPolicy",namespace="",name="web",direction="ingress",rule="0",action="Allow"} 0',
  )
})

test('a signed webhook brings a commit into the kernel; an unsigned one does not', async () => {
  const commit = commitFiles(lab.repository, { files: { 'policy.yaml': webPolicy(8443) } })
  const body = JSON.stringify({ ref: 'refs/heads/main', repository: { clone_url: `${lab.proxy.url}/policy.git` } })
  const post = (signature: string): Promise<Response> =>
    fetch(`http://127.0.0.1:${hook.port}/hook`, {
      method: 'POST',
      body,
      headers: { 'x-github-event': 'push', 'x-github-delivery': randomUUID(), 'x-hub-signature-256': signature },
    })
  assert.is((await post(`sha256=${'0'.repeat(64)}`)).status, 401)
  assert.is((await post(`sha256=${createHmac('sha256', secret).update(body).digest('hex')}`)).status, 202)
  await until('the webhook', async () => (await status())?.applied?.commit === commit)
  assert.match(live(), 'tcp dport 8443')
  assert.not.match(live(), 'tcp dport 443 ')
  assert.is((await status())?.attempted?.trigger, 'webhook')
  assert.is(await metric(/rampart_webhook_requests_total\{result="bad-signature"\} (\d+)/), 1)
  assert.ok((await metric(/rampart_commit_to_enforced_seconds_count\{from="trigger"\} (\d+)/)) >= 2)
})

const faults: readonly (readonly [Fault, RegExp])[] = [
  ['hang', /sent nothing for/],
  ['status-500', /500/],
  ['html', /git/],
  ['garbage', /git/],
  ['cut-advertisement', /./],
  ['short-advertisement', /./],
  ['cut-pack', /./],
  ['short-pack', /./],
]

test('while the git server misbehaves the agent keeps the policy, reports why, and recovers', async () => {
  const before = live()
  const kept = (await status())?.applied?.commit
  let failures = 0
  for (const [fault, reason] of faults) {
    commitFiles(lab.repository, {
      files: { 'policy.yaml': webPolicy(8443), 'note.yaml': `# ${fault}\n${webEndpoint.replaceAll('web-1', 'web-2')}` },
    })
    lab.proxy.fault = fault
    const { attempted, applied } = await sync()
    assert.is(attempted?.outcome, 'failed', fault)
    assert.match(attempted?.message ?? '', /^fetch: /, fault)
    assert.match(attempted?.message ?? '', reason, fault)
    assert.ok((attempted?.failures ?? 0) > failures, fault)
    failures = attempted?.failures ?? 0
    assert.is(applied?.commit, kept, fault)
    assert.is(live(), before, fault)
    assert.is((await get('/healthz')).code, 200, fault)
    assert.is((await get('/readyz')).code, 200, `${fault}: a revision is enforced`)
  }
  assert.ok((await metric(/rampart_runs_total\{outcome="failed"\} (\d+)/)) >= failures)
  lab.proxy.fault = 'none'
  assert.is((await sync()).attempted?.failures, 0)
})

test('after a failure the agent recovers by itself', async () => {
  lab.proxy.fault = 'status-500'
  assert.is((await sync()).attempted?.outcome, 'failed')
  lab.proxy.fault = 'none'
  await until('a retry', async () => (await status())?.attempted?.outcome === 'converged')
  assert.is((await status())?.attempted?.trigger, 'retry')
})

test('a broken commit is refused with its place, and the drift of the old policy is still healed', async () => {
  const before = live()
  const kept = (await status())?.applied?.commit
  const commit = commitFiles(lab.repository, { files: { 'policy.yaml': webPolicy(1).replace('ports', 'port') } })
  const refused = await sync()
  assert.equal(
    [refused.attempted?.outcome, refused.attempted?.commit, refused.applied?.commit],
    ['invalid', commit, kept],
  )
  const [fault] = refused.attempted?.diagnostics ?? []
  assert.equal([fault?.code, fault?.file, fault?.line, fault?.column], ['unknown-field', 'policy.yaml', 7, 52])
  assert.is(live(), before)
  assert.is(await metric(/rampart_diagnostics\{severity="error"\} (\d+)/), 1)
  execFileSync('nft', ['flush chain inet rampart input'])
  const healed = await sync()
  assert.is(live(), before)
  assert.is(healed.drift.lastChanges.at(-1), '+ rule in input: iifname vmap @interfaces/ingress')
  assert.is(await metric(/rampart_drift_total (\d+)/), 1)
  assert.ok(lines.some((line) => line.event === 'drift-repaired'))
})

test('a second agent does not start beside the first', async () => {
  const other = runAgent({ ...options(), runtimeDir: join(folder, 'other') }, new AbortController().signal)
  const error = await other.catch((thrown: unknown) => thrown)
  assert.is(error instanceof HostError && error.code, 'lock-held')
})

test('DV-13: the ruleset outlives the agent, and is enforced again without git after a reboot', async () => {
  commitFiles(lab.repository, { files: { 'policy.yaml': webPolicy(8443) } })
  await sync()
  await stop()
  const before = live()
  assert.match(before, 'tcp dport 8443')
  execFileSync('nft', ['delete table inet rampart'])
  lab.proxy.fault = 'status-500'
  start()
  await until('the first run', async () => ((await status())?.attempted ?? null) !== null)
  assert.is((await status())?.attempted?.outcome, 'failed')
  assert.is(live(), before)
  lab.proxy.fault = 'none'
  await until('recovery', async () => (await status())?.attempted?.outcome === 'converged')
})

test('the drift timer heals without being asked', async () => {
  await stop()
  start((given) => ({ ...given, configuration: { ...given.configuration, driftIntervalMs: 100 } }))
  await until('the first run', async () => (await status())?.attempted?.outcome === 'converged')
  const before = live()
  execFileSync('nft', ['delete table inet rampart'])
  await until('the repair', () => live() === before)
})

test('stop through the control socket ends the agent in good order', async () => {
  const ended = running?.ended
  await askAgent({ path: socket, command: 'stop', timeoutMs: 5_000 })
  await ended
  assert.is(lines.at(-1)?.event, 'agent-stopped')
  assert.match(live(), 'table inet rampart')
})

if (inOwnNamespace(fileURLToPath(import.meta.url))) test.run()
