import { execFileSync } from 'node:child_process'
import { createHmac, randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { runAgent } from '../../src/agent/run-agent.ts'
import { HostError } from '../../src/reconcile/host-error.ts'
import { AgentLab, hook, listRuleset, webhookSecret } from '../fakes/agent-lab.ts'
import { commitFiles } from '../fakes/bare-repository.ts'
import { inOwnNamespace } from '../fakes/own-namespace.ts'
import { webEndpoint, webPolicy } from '../fakes/policy-folder.ts'
import { until } from '../fakes/until.ts'

const test = suite('agent')
let agent: AgentLab

test.before(async () => {
  agent = await AgentLab.open()
  commitFiles(agent.git.repository, { files: { 'web.yaml': webEndpoint, 'policy.yaml': webPolicy(443) } })
  agent.start()
  await until('the first run', async () => (await agent.status())?.attempted?.outcome === 'converged')
})

test.after(async () => {
  await agent.close()
})

test('runAgent() converges when it starts and says so everywhere', async () => {
  assert.match(listRuleset(), 'tcp dport 443')
  assert.is((await agent.get('/readyz')).code, 200)
  assert.is((await agent.get('/healthz')).code, 200)
  const shown = await agent.status()
  const written = join(agent.folder, 'state', 'status.json')
  // it is written when everything is told
  await until('the status file', () => existsSync(written))
  assert.equal(JSON.parse((await agent.get('/status')).body), shown)
  assert.equal(JSON.parse(readFileSync(written, 'utf8')).applied, shown?.applied)
  assert.equal(shown?.endpoints, [{ name: 'web-1-eth0', interfaces: ['eth0'], state: 'down' }])
  assert.match((await agent.get('/metrics')).body, `rampart_revision_info{applied="${shown?.applied?.commit}"`)
  assert.is(await agent.metric(/rampart_runs_total\{outcome="converged"\} (\d+)/), 1)
  assert.match(
    (await agent.get('/metrics')).body,
    'rampart_policy_packets_total{kind="GlobalNetworkPolicy",namespace="",name="web",direction="ingress",rule="0",action="Allow"} 0',
  )
})

test('a signed webhook brings a commit into the kernel; an unsigned one does not', async () => {
  const commit = commitFiles(agent.git.repository, { files: { 'policy.yaml': webPolicy(8443) } })
  const body = JSON.stringify({
    ref: 'refs/heads/main',
    repository: { clone_url: `${agent.git.proxy.url}/policy.git` },
  })
  const post = (signature: string): Promise<Response> =>
    fetch(`http://127.0.0.1:${hook.port}/hook`, {
      method: 'POST',
      body,
      headers: { 'x-github-event': 'push', 'x-github-delivery': randomUUID(), 'x-hub-signature-256': signature },
    })
  assert.is((await post(`sha256=${'0'.repeat(64)}`)).status, 401)
  assert.is((await post(`sha256=${createHmac('sha256', webhookSecret).update(body).digest('hex')}`)).status, 202)
  await until('the webhook', async () => (await agent.status())?.applied?.commit === commit)
  assert.match(listRuleset(), 'tcp dport 8443')
  assert.not.match(listRuleset(), 'tcp dport 443 ')
  assert.is((await agent.status())?.attempted?.trigger, 'webhook')
  assert.is(await agent.metric(/rampart_webhook_requests_total\{result="bad-signature"\} (\d+)/), 1)
  assert.ok((await agent.metric(/rampart_commit_to_enforced_seconds_count\{from="trigger"\} (\d+)/)) >= 2)
})

test('a broken commit is refused with its place, and the drift of the old policy is still healed', async () => {
  const before = listRuleset()
  const kept = (await agent.status())?.applied?.commit
  const commit = commitFiles(agent.git.repository, { files: { 'policy.yaml': webPolicy(1).replace('ports', 'port') } })
  const refused = await agent.sync()
  assert.equal(
    [refused.attempted?.outcome, refused.attempted?.commit, refused.applied?.commit],
    ['invalid', commit, kept],
  )
  const [fault] = refused.attempted?.diagnostics ?? []
  assert.equal([fault?.code, fault?.file, fault?.line, fault?.column], ['unknown-field', 'policy.yaml', 7, 52])
  assert.is(listRuleset(), before)
  assert.is(await agent.metric(/rampart_diagnostics\{severity="error"\} (\d+)/), 1)
  execFileSync('nft', ['flush chain inet rampart input'])
  await until('the repair', () => listRuleset() === before)
  await until('its record', () => agent.lines.some((line) => line.event === 'drift-repaired'))
  const healed = await agent.status()
  assert.is(healed?.drift.lastChanges.at(-1), '+ rule in input: iifname vmap @interfaces/ingress')
  assert.is(healed?.drift.lastBy[0]?.process, 'nft')
  assert.is(healed?.attempted?.outcome, 'invalid', 'a repair is no attempt at a revision')
  assert.is(await agent.metric(/rampart_drift_total\{process="nft"\} (\d+)/), 1)
})

test('a second agent does not start beside the first', async () => {
  const other = runAgent({ ...agent.options(), runtimeDir: join(agent.folder, 'other') }, new AbortController().signal)
  const error = await other.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  assert.is(error instanceof HostError && error.code, 'lock-held')
})

test('DV-13: the ruleset outlives the agent, and is enforced again without git after a reboot', async () => {
  commitFiles(agent.git.repository, { files: { 'policy.yaml': webPolicy(8443) } })
  await agent.sync()
  await agent.stop()
  const before = listRuleset()
  assert.match(before, 'tcp dport 8443')
  execFileSync('nft', ['delete table inet rampart'])
  agent.git.proxy.fault = 'status-500'
  agent.start()
  await until('the first run', async () => ((await agent.status())?.attempted ?? null) !== null)
  assert.is((await agent.status())?.attempted?.outcome, 'failed')
  assert.is(listRuleset(), before)
  agent.git.proxy.fault = 'none'
  await until('recovery', async () => (await agent.status())?.attempted?.outcome === 'converged')
})

test('SIGHUP asks for a run that takes what is new and compares with the kernel', async () => {
  const commit = commitFiles(agent.git.repository, { files: { 'policy.yaml': webPolicy(9443) } })
  process.kill(process.pid, 'SIGHUP')
  await until('the run', async () => (await agent.status())?.applied?.commit === commit)
  assert.is((await agent.status())?.attempted?.trigger, 'signal')
})

test('stop through the control socket ends the agent in good order', async () => {
  await agent.askToStop()
  assert.is(agent.lines.at(-1)?.event, 'agent-stopped')
  assert.match(listRuleset(), 'table inet rampart')
})

if (inOwnNamespace(fileURLToPath(import.meta.url))) test.run()
