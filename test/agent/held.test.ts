/** A host that is held: what is told of git, which policy is followed, what a person may apply; with a real agent, git and kernel. */

import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { AgentLab } from '../fakes/agent-lab.ts'
import { rampart } from '../fakes/command-line.ts'
import { inOwnNamespace } from '../fakes/own-namespace.ts'
import { webEndpoint, webPolicy } from '../fakes/policy-folder.ts'
import { until } from '../fakes/until.ts'

const test = suite('a held host')
let agent: AgentLab

function commit(port: number): string {
  return agent.git.commit({
    files: { 'web.yaml': webEndpoint, 'policy.yaml': webPolicy(port) },
    message: `port ${port}`,
  })
}

async function start(): Promise<void> {
  agent.start()
  await until('the first run', async () => ((await agent.status())?.attempted ?? null) !== null)
}

test.before(async () => {
  agent = await AgentLab.open()
  process.env.RAMPART_RUNTIME_DIR = join(agent.folder, 'run')
  process.env.RAMPART_STATE_DIR = join(agent.folder, 'state')
  commit(1001)
  await start()
})
test.after(() => agent.close())

test('git failures under a hold are counted, and the runs converge', async () => {
  const fetches = (result: string) =>
    agent.metric(new RegExp(`^rampart_fetches_total\\{result="${result}"\\} (\\d+)$`, 'm'))
  assert.is((await rampart('hold', '--reason', 'an audit')).code, 0)
  const answered = await fetches('ok')
  assert.is(await fetches('git-unreachable'), 0)
  agent.git.proxy.fault = 'status-500'
  assert.is((await rampart('sync')).code, 0)
  assert.equal([await fetches('git-unreachable'), await fetches('ok')], [1, answered])
  assert.is(await agent.metric(/^rampart_runs_total\{outcome="failed"\} (\d+)$/m), 0)
  agent.git.proxy.fault = 'none'
  assert.is((await rampart('sync')).code, 0)
  assert.equal([await fetches('git-unreachable'), await fetches('ok')], [1, answered + 1])
  assert.is((await rampart('resume')).code, 0)
})

if (inOwnNamespace(fileURLToPath(import.meta.url))) test.run()
