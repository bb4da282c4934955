import { execFileSync } from 'node:child_process'
import { connect } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createJournal } from '../../src/adapters/journal.ts'
import { runAgent } from '../../src/agent/run-agent.ts'
import { quickConfiguration } from '../fakes/agent-lab.ts'
import { agentStatus } from '../fakes/agent-status.ts'
import { commitFiles } from '../fakes/bare-repository.ts'
import { rampart } from '../fakes/command-line.ts'
import { type GitLab, openGitLab } from '../fakes/git-lab.ts'
import { inOwnNamespace } from '../fakes/own-namespace.ts'
import { policyFolder, temporaryFolder, webEndpoint, webPolicy } from '../fakes/policy-folder.ts'
import { quickAgent } from '../fakes/quick-apply.ts'
import { until } from '../fakes/until.ts'

const test = suite('commands beside a running agent')
const folder = temporaryFolder()
const stateDir = join(folder, 'state')
const config = join(
  policyFolder({
    'agent.yaml':
      'apiVersion: rampart/v1\nkind: AgentConfiguration\nnode: web-1\nrepository: {url: "https://git.example.org/x.git"}\n',
  }),
  'agent.yaml',
)
let lab: GitLab
let ended: Promise<void>

test.before(async () => {
  process.env.RAMPART_RUNTIME_DIR = join(folder, 'run')
  lab = await openGitLab()
  commitFiles(lab.repository, {
    files: { 'web.yaml': webEndpoint, 'policy.yaml': webPolicy(443) },
    message: 'open https',
  })
  const journal = createJournal({ level: 'error', stream: { write: () => {} } })
  const options = {
    configuration: quickConfiguration(lab, folder),
    ...quickAgent,
    runtimeDir: join(folder, 'run'),
    version: 'test',
    journal,
  }
  ended = runAgent(options, new AbortController().signal)
  await until('the first run', async () => (await rampart('status')).code === 0)
})

test.after(() => lab.close())

test('status says what is enforced and exits 0', async () => {
  const { code, out } = await rampart('status')
  assert.is(code, 0)
  assert.match(out, /^enforced +[0-9a-f]{10} open https$/m)
  assert.match(out, /^endpoints +web-1-eth0 on eth0: down$/m)
  assert.match(out, /^state +in sync with the repository$/m)
  assert.match(out, /^since +\d{4}-\d\d-\d\d [\d:]{8} UTC \((now|\d+ seconds? ago)\)$/m)
  const { version, applied } = JSON.parse((await rampart('status', '--format', 'json')).out)
  assert.equal([version, applied.subject], [1, 'open https'])
})

test('sync takes a new commit and exits 0; a broken one exits 2 and names its place', async () => {
  commitFiles(lab.repository, { files: { 'policy.yaml': webPolicy(8443) } })
  const good = await rampart('sync')
  assert.equal([good.code, /^[0-9a-f]{10}: 2 changes applied\n$/.test(good.out)], [0, true])
  commitFiles(lab.repository, { files: { 'policy.yaml': webPolicy(8443).replace('ports', 'port') } })
  const bad = await rampart('sync')
  assert.is(bad.code, 2)
  assert.match(bad.err, 'policy.yaml:7:52: error[unknown-field]')
  const status = await rampart('status')
  assert.is(status.code, 2)
  assert.match(status.out, /^state +not in sync: what is enforced stays, last in sync .* UTC \(/m)
  assert.match(status.out, 'the policy has 1 error, the revision before it stays enforced')
})

test('sync exits 2 when a guard refuses, again while it is set aside, and 0 with --retry once nothing objects', async () => {
  commitFiles(lab.repository, { files: { 'policy.yaml': undefined } })
  const refused = await rampart('sync')
  assert.equal([refused.code, /refused: bare-endpoint: /.test(refused.err)], [2, true])
  assert.match((await rampart('status')).out, /^last run +refused [0-9a-f]{10} .*bare-endpoint/m)
  commitFiles(lab.repository, { files: { 'policy.yaml': webPolicy(8443) } })
  assert.is((await rampart('sync', '--retry')).code, 0)
})

test('confirm exits 1 when nothing waits', async () => {
  const { code, err } = await rampart('confirm')
  assert.equal([code, /no change waits/.test(err)], [1, true])
})

test('sync exits 1 when git fails', async () => {
  lab.proxy.fault = 'status-500'
  const { code, err } = await rampart('sync')
  assert.is(code, 1)
  assert.match(err, 'the server answers 500')
  lab.proxy.fault = 'none'
})

test('apply goes through the agent', async () => {
  commitFiles(lab.repository, { files: { 'policy.yaml': webPolicy(443) } })
  const { code, out } = await rampart('apply', '--config', config)
  assert.equal([code, /: 2 changes applied\n$/.test(out)], [0, true])
})

test('status says what a staged policy would have done, as the kernel counts it', async () => {
  const loopback = `apiVersion: projectcalico.org/v3
kind: HostEndpoint
metadata: {name: lo, labels: {loopback: 'yes'}}
spec: {node: web-1, interfaceName: lo, profiles: [projectcalico-default-allow]}
---
apiVersion: projectcalico.org/v3
kind: StagedGlobalNetworkPolicy
metadata: {name: no-discard}
spec:
  selector: has(loopback)
  ingress:
    - {action: Deny, protocol: TCP, destination: {ports: [9]}}
    - {action: Allow}
`
  commitFiles(lab.repository, { files: { 'policy.yaml': webPolicy(443), 'loopback.yaml': loopback } })
  assert.is((await rampart('sync')).code, 0)
  const staged = async () => (await rampart('status')).out.match(/^staged .*$/m)?.[0]
  assert.is(await staged(), 'staged      StagedGlobalNetworkPolicy/no-discard: would have denied 0 packets, allowed 0')
  await assertRefused(9)
  await assertRefused(10)
  assert.is(await staged(), 'staged      StagedGlobalNetworkPolicy/no-discard: would have denied 1 packets, allowed 0')
  const { out } = await rampart('status', '--format', 'json')
  assert.equal(JSON.parse(out).staged, [
    { kind: 'StagedGlobalNetworkPolicy', namespace: '', name: 'no-discard', denied: 1, allowed: 0 },
  ])
  commitFiles(lab.repository, { files: { 'policy.yaml': webPolicy(443), 'web.yaml': webEndpoint } })
})

/** By nobody who listens there: the packet arrived all the same. */
function assertRefused(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    socket.setTimeout(30_000, () => socket.destroy(new Error('no answer')))
    socket.on('error', (error: NodeJS.ErrnoException) => (error.code === 'ECONNREFUSED' ? resolve() : reject(error)))
    socket.on('connect', () => reject(new Error(`somebody listens on ${port}`)))
  })
}

test('apply --from is refused while an agent runs', async () => {
  const { code, err } = await rampart('apply', '--from', policyFolder({ 'web.yaml': webEndpoint }), '--host', 'web-1')
  assert.is(code, 1)
  assert.match(err, 'an agent runs here and would undo')
})

test('remove is refused while an agent runs; --stop ends it and removes the table', async () => {
  const refused = await rampart('remove', '--state-dir', stateDir)
  assert.is(refused.code, 1)
  assert.match(refused.err, '--stop')
  const { code } = await rampart('remove', '--stop', '--state-dir', stateDir)
  assert.is(code, 0)
  await ended
  assert.is(execFileSync('nft', ['list', 'ruleset'], { encoding: 'utf8' }), '')
})

test("status without the agent shows the agent's last word and exits 1", async () => {
  const { code, out, err } = await rampart('status', '--state-dir', stateDir)
  assert.is(code, 1)
  assert.match(err, 'no agent runs')
  assert.match(out, /^The agent's last word before it ended:\n/)
})

test('status lists the connections that ended, and says why others may go on', async () => {
  const lastFlows = ['tcp 198.51.100.7:4000 -> 192.0.2.10:443', 'udp 198.51.100.7:4001 -> 192.0.2.10:53']
  const connectionsEnded = {
    total: 2,
    lastAt: '2030-01-01T00:00:00Z',
    lastFlows,
    undecided: 0,
    problem: 'no conntrack',
  }
  const folder = policyFolder({ 'status.json': JSON.stringify(agentStatus({ connectionsEnded })) })
  const { out } = await rampart('status', '--state-dir', folder)
  assert.match(out, /^connections those that are denied now may go on: no conntrack$/m)
  assert.match(
    out,
    /^ended +2 connections that policy denies, last 2030-01-01 00:00:00 UTC \(.+\)\n +tcp 198.*\n +udp 198/m,
  )
})

if (inOwnNamespace(fileURLToPath(import.meta.url))) test.run()
