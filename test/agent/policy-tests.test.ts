/** A real agent holds a commit to its own tests before it touches the kernel. */

import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { AgentLab, listRuleset } from '../fakes/agent-lab.ts'
import { commitFiles } from '../fakes/bare-repository.ts'
import { inOwnNamespace } from '../fakes/own-namespace.ts'
import { webEndpoint, webPolicy, webTest } from '../fakes/policy-folder.ts'
import { until } from '../fakes/until.ts'

const test = suite('agent and policy tests')
let agent: AgentLab

test.before(async () => {
  agent = await AgentLab.open()
  const files = { 'web.yaml': webEndpoint, 'policy.yaml': webPolicy(443), 'tests/web.yaml': webTest(443) }
  commitFiles(agent.git.repository, { files })
  agent.start()
  await until('the first run', async () => (await agent.status())?.attempted?.outcome === 'converged')
})

test.after(async () => {
  await agent.close()
})

test('a commit whose tests of this host fail is refused with the place of the case, and drift is still healed', async () => {
  const before = listRuleset()
  const kept = (await agent.status())?.applied?.commit
  const commit = commitFiles(agent.git.repository, { files: { 'policy.yaml': webPolicy(8443) } })
  const refused = await agent.sync()
  assert.equal(
    [refused.attempted?.outcome, refused.attempted?.commit, refused.applied?.commit],
    ['invalid', commit, kept],
  )
  const [fault] = refused.attempted?.diagnostics ?? []
  assert.equal([fault?.code, fault?.file, fault?.line], ['test-failed', 'tests/web.yaml', 7])
  assert.match(
    fault?.message ?? '',
    'but this is denied by HostEndpoint/web-1-eth0 ingress default: iif=eth0 src=198.51.100.7',
  )
  assert.is(listRuleset(), before)
  execFileSync('nft', ['flush chain inet rampart input'])
  await until('the repair', () => listRuleset() === before)
  assert.is((await agent.status())?.attempted?.outcome, 'invalid')
})

test('it stays refused while it is the tip, also after a restart, and is taken when its test is mended', async () => {
  assert.is((await agent.sync()).attempted?.outcome, 'invalid')
  await agent.stop()
  agent.start()
  await until('the first run', async () => (await agent.status())?.attempted?.outcome === 'invalid')
  assert.match(listRuleset(), 'tcp dport 443')
  const commit = commitFiles(agent.git.repository, { files: { 'tests/web.yaml': webTest(8443) } })
  const taken = await agent.sync()
  assert.equal([taken.attempted?.outcome, taken.applied?.commit], ['converged', commit])
  assert.match(listRuleset(), 'tcp dport 8443')
})

test('a commit that changes nothing here but adds a test that fails is refused, too', async () => {
  const kept = (await agent.status())?.applied?.commit
  commitFiles(agent.git.repository, { files: { 'tests/web.yaml': webTest(1) } })
  const refused = await agent.sync()
  assert.equal([refused.attempted?.outcome, refused.applied?.commit], ['invalid', kept])
})

test('tests of other hosts are nothing to this one', async () => {
  const other = webEndpoint.replaceAll('web-1', 'web-2').replaceAll('192.0.2.10', '192.0.2.11')
  const files = { 'other.yaml': other, 'tests/web.yaml': webTest(1).replace('host: web-1', 'host: web-2') }
  const commit = commitFiles(agent.git.repository, { files })
  const taken = await agent.sync()
  assert.equal([taken.attempted?.outcome, taken.applied?.commit], ['converged', commit])
})

if (inOwnNamespace(fileURLToPath(import.meta.url))) test.run()
