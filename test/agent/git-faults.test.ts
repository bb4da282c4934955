/** An agent whose git server does all that a bad server and a bad network do. */

import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { AgentConfiguration } from '../../src/host/agent-configuration.ts'
import type { Fault } from '../fakes/fault-proxy.ts'
import { configure, type GitLab, openGitLab } from '../fakes/git-lab.ts'
import { inOwnNamespace } from '../fakes/own-namespace.ts'
import { temporaryFolder, webEndpoint, webPolicy } from '../fakes/policy-folder.ts'
import { quickApply } from '../fakes/quick-apply.ts'
import { createAgent, liveRuleset } from '../fakes/running-agent.ts'
import { until } from '../fakes/until.ts'

const test = suite('agent/git-faults')
const folder = temporaryFolder()
const agent = createAgent(join(folder, 'run'))
let lab: GitLab

function settings(): AgentConfiguration {
  return {
    node: 'web-1',
    repository: configure(`${lab.proxy.url}/policy.git`, { timeoutMs: 1_500 }),
    trust: undefined,
    schedule: '0 0 1 1 *',
    splayMs: 0,
    webhook: undefined,
    apply: quickApply,
    failsafes: 'minimal',
    driftIntervalMs: 3_600_000,
    observe: { host: '127.0.0.1', port: 9478 },
    logLevel: 'debug',
    stateDir: join(folder, 'state'),
  }
}

async function codeOf(path: string): Promise<number> {
  return (await fetch(`http://127.0.0.1:9478${path}`)).status
}

test.before(async () => {
  lab = await openGitLab()
  lab.commit({ files: { 'web.yaml': webEndpoint, 'policy.yaml': webPolicy(443) } })
  assert.is((await agent.start(settings())).attempted?.outcome, 'converged')
})

test.after(async () => {
  await agent.stop()
  await lab.close()
})

const faults: readonly (readonly [Fault, string, RegExp])[] = [
  ['die', 'git-unreachable', /the connection broke off$/],
  ['hang', 'git-limit', /the server sent nothing for|it took more than/],
  ['stall-pack', 'git-limit', /the server sent nothing for|it took more than/],
  ['status-401', 'git-unauthorized', /the server wants a token: set tokenFile \(401\)$/],
  ['status-403', 'git-unauthorized', /\(403\)$/],
  ['status-404', 'git-not-found', /there is no repository that is open without a token \(404\)$/],
  ['status-500', 'git-unreachable', /the server answers 500$/],
  ['html', 'git-unreachable', /the server answers with "text\/html" instead of git$/],
  ['redirect-elsewhere', 'git-unreachable', /the server redirects to "http:\/\/elsewhere.example\//],
  ['garbage', 'git-corrupt', /what arrived is no sound git repository/],
  ['cut-advertisement', 'git-unreachable', /the connection broke off$/],
  ['short-advertisement', 'git-corrupt', /the server's answer is incomplete$/],
  ['cut-pack', 'git-unreachable', /the connection broke off$/],
  ['short-pack', 'git-corrupt', /the server's answer is incomplete$/],
  ['flip-pack', 'git-corrupt', /./],
  ['many-objects', 'git-corrupt', /./],
  ['long-length', 'git-unreachable', /the connection broke off$/],
  ['short-length', 'git-corrupt', /the server's answer is incomplete$/],
]

test('while the git server misbehaves the agent keeps the policy, says why, and recovers', async () => {
  const before = liveRuleset()
  const kept = (await agent.status())?.applied?.commit
  let failures = 0
  for (const [fault, code, reason] of faults) {
    const note = `# ${fault}\n${webEndpoint.replaceAll('web-1', 'web-2')}`
    lab.commit({ files: { 'note.yaml': note } })
    lab.proxy.fault = fault
    const { attempted, applied } = await agent.sync()
    assert.is(attempted?.outcome, 'failed', fault)
    assert.match(attempted?.message ?? '', /^fetch: /, fault)
    assert.match(attempted?.message ?? '', reason, fault)
    assert.is(agent.lines.filter(({ event }) => event === 'run-failed').at(-1)?.code, code, fault)
    assert.ok((attempted?.failures ?? 0) > failures, fault)
    failures = attempted?.failures ?? 0
    assert.is(applied?.commit, kept, fault)
    assert.is(liveRuleset(), before, fault)
    assert.is(await codeOf('/healthz'), 200, fault)
    assert.is(await codeOf('/readyz'), 200, `${fault}: a revision is enforced`)
  }
  const metrics = await (await fetch('http://127.0.0.1:9478/metrics')).text()
  assert.ok(Number(/rampart_runs_total\{outcome="failed"\} (\d+)/.exec(metrics)?.[1]) >= failures)
  lab.proxy.fault = 'none'
  assert.is((await agent.sync()).attempted?.failures, 0)
})

for (const fault of ['status-500', 'status-429'] as const) {
  test(`after ${fault} the agent recovers by itself`, async () => {
    lab.commit({ files: { 'policy.yaml': webPolicy(fault === 'status-500' ? 500 : 429) } })
    lab.proxy.fault = fault
    assert.is((await agent.sync()).attempted?.outcome, 'failed')
    lab.proxy.fault = 'none'
    await until('a retry', async () => (await agent.status())?.attempted?.outcome === 'converged')
    assert.is((await agent.status())?.attempted?.trigger, 'retry')
  })
}

if (inOwnNamespace(fileURLToPath(import.meta.url))) test.run()
