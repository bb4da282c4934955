/**
 * The agent, in a process of its own, ends by SIGKILL while its first activation lets connections become known (behaviour.md EV-53).
 * What it leaves tracks connections and judges nothing; no successor takes that for a policy, and none enforces half of one.
 */

import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { isPrimingTable } from '../../src/ruleset/priming-table.ts'
import { readTable } from '../../src/ruleset/read-table.ts'
import { type GitLab, openGitLab } from '../fakes/git-lab.ts'
import { KillableAgent, liveTable } from '../fakes/killable-agent.ts'
import { inOwnNamespace } from '../fakes/own-namespace.ts'
import { webEndpoint, webPolicy } from '../fakes/policy-folder.ts'
import { until } from '../fakes/until.ts'

const test = suite('the agent is killed in its first activation')
const agent = new KillableAgent()
let lab: GitLab

const isPriming = (): boolean => {
  const text = execFileSync('nft', ['list', 'ruleset'], { encoding: 'utf8' })
  return isPrimingTable(readTable(text))
}

/** @param delay of the activation: so long that it is never over by itself, or short */
function configure(delay: '60s' | '500ms'): void {
  agent.configure(`repository: {url: "${lab.proxy.url}/policy.git"}
apply: {firstActivationDelay: ${delay}, confirmAfter: 0s, probes: []}
`)
}

async function dieWaiting(): Promise<void> {
  configure('60s')
  await agent.start()
  await until('the wait', isPriming)
  await agent.end('SIGKILL')
  assert.ok(isPriming(), 'it ends with the agent as it was')
}

test.before(async () => {
  lab = await openGitLab()
  lab.commit({ files: { 'web.yaml': webEndpoint, 'policy.yaml': webPolicy(443) } })
})
test.after(async () => {
  await agent.end('SIGKILL')
  await lab.close()
})

let whole = ''

test('before anything was ever enforced: the next agent has nothing to enforce without git, and all with it', async () => {
  await dieWaiting()
  assert.not.ok(existsSync(agent.state('last-good.nft')), 'what only tracks is never saved')
  lab.proxy.fault = 'die'
  configure('500ms')
  await agent.start()
  const told = await agent.firstRun()
  assert.equal([told?.attempted?.outcome, told?.applied], ['failed', null])
  assert.ok(isPriming())
  lab.proxy.fault = 'none'
  assert.equal(await agent.ask('sync').then(({ attempted, drift }) => [attempted?.outcome, drift.repairs]), [
    'converged',
    0,
  ])
  whole = liveTable()
  assert.match(whole, 'tcp dport 443 ')
})

test('after a reboot: the next agent enforces the last good policy whole, also without git', async () => {
  await agent.end('SIGKILL')
  execFileSync('nft', ['delete table inet rampart'])
  await dieWaiting()
  lab.proxy.fault = 'die'
  configure('500ms')
  await agent.start()
  const told = await agent.firstRun()
  assert.equal([told?.attempted?.outcome, told?.drift.repairs], ['failed', 0])
  assert.is(liveTable(), whole)
  lab.proxy.fault = 'none'
})

test('after a reboot to a newer commit: nothing waits for anybody, and the next agent takes it', async () => {
  await agent.end('SIGKILL')
  execFileSync('nft', ['delete table inet rampart'])
  const newest = lab.commit({ files: { 'policy.yaml': webPolicy(8443) } })
  await dieWaiting()
  assert.not.ok(existsSync(agent.state('inverse.nft')), 'what waits for a policy is no change of one')
  configure('500ms')
  await agent.start()
  const told = await agent.firstRun()
  assert.equal([told?.attempted?.outcome, told?.applied?.commit, told?.setAside], ['converged', newest, null])
  assert.match(liveTable(), 'tcp dport 8443 ')
})

if (inOwnNamespace(fileURLToPath(import.meta.url))) test.run()
