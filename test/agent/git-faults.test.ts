/** An agent whose git server does all that a bad server and a bad network do. */

import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { AgentLab, listRuleset } from '../fakes/agent-lab.ts'
import type { Fault } from '../fakes/fault-proxy.ts'
import { configure } from '../fakes/git-lab.ts'
import { inOwnNamespace } from '../fakes/own-namespace.ts'
import { webEndpoint, webPolicy } from '../fakes/policy-folder.ts'
import { until } from '../fakes/until.ts'

const test = suite('agent/git-faults')
let agent: AgentLab

test.before(async () => {
  agent = await AgentLab.open()
  agent.git.commit({ files: { 'web.yaml': webEndpoint, 'policy.yaml': webPolicy(443) } })
  assert.is((await agent.firstRun()).attempted?.outcome, 'converged')
})

test.after(() => agent.close())

const faults: readonly (readonly [Fault, string, RegExp])[] = [
  ['die', 'git-unreachable', /the connection broke off$/],
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

/** An agent that has the policy is asked for a newer one. */
async function assertKept(fault: Fault, code: string, reason: RegExp): Promise<void> {
  const before = listRuleset()
  const told = await agent.status()
  const note = `# ${fault}\n${webEndpoint.replaceAll('web-1', 'web-2')}`
  agent.git.commit({ files: { 'note.yaml': note } })
  agent.git.proxy.fault = fault
  const { attempted, applied } = await agent.sync()
  assert.is(attempted?.outcome, 'failed', fault)
  assert.match(attempted?.message ?? '', /^fetch: /, fault)
  assert.match(attempted?.message ?? '', reason, fault)
  assert.is(agent.lines.filter(({ event }) => event === 'run-failed').at(-1)?.code, code, fault)
  assert.ok((attempted?.failures ?? 0) > (told?.attempted?.failures ?? 0), fault)
  assert.is(applied?.commit, told?.applied?.commit, fault)
  assert.is(listRuleset(), before, fault)
  assert.is((await agent.get('/healthz')).code, 200, fault)
  assert.is((await agent.get('/readyz')).code, 200, `${fault}: a revision is enforced`)
}

test('while the git server misbehaves the agent keeps the policy, says why, and recovers', async () => {
  for (const [fault, code, reason] of faults) await assertKept(fault, code, reason)
  assert.ok((await agent.metric(/rampart_runs_total\{outcome="failed"\} (\d+)/)) >= faults.length)
  agent.git.proxy.fault = 'none'
  assert.is((await agent.sync()).attempted?.failures, 0)
})

test('a git server that says nothing, or nothing more, is given up', async () => {
  await agent.stop()
  await agent.firstRun({ repository: configure(`${agent.git.proxy.url}/policy.git`, { timeoutMs: 1_500 }) })
  for (const fault of ['hang', 'stall-pack'] as const)
    await assertKept(fault, 'git-limit', /the server sent nothing for|it took more than/)
  agent.git.proxy.fault = 'none'
  await agent.stop()
  assert.is((await agent.firstRun()).attempted?.outcome, 'converged')
})

for (const fault of ['status-500', 'status-429'] as const) {
  test(`after ${fault} the agent recovers by itself`, async () => {
    agent.git.commit({ files: { 'policy.yaml': webPolicy(fault === 'status-500' ? 500 : 429) } })
    agent.git.proxy.fault = fault
    assert.is((await agent.sync()).attempted?.outcome, 'failed')
    agent.git.proxy.fault = 'none'
    await until('a retry', async () => (await agent.status())?.attempted?.outcome === 'converged')
    assert.is((await agent.status())?.attempted?.trigger, 'retry')
  })
}

if (inOwnNamespace(fileURLToPath(import.meta.url))) test.run()
