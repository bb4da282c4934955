/** A host that is held: what is told of git, which policy is followed, what a person may apply; with a real agent, git and kernel. */

import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { AgentLab, listRuleset } from '../fakes/agent-lab.ts'
import { rampart } from '../fakes/command-line.ts'
import { configure } from '../fakes/git-lab.ts'
import { inOwnNamespace } from '../fakes/own-namespace.ts'
import { policyFolder, webEndpoint, webPolicy } from '../fakes/policy-folder.ts'
import { until } from '../fakes/until.ts'

const test = suite('a held host')
let agent: AgentLab

function commit(port: number): string {
  return agent.git.commit({
    files: { 'web.yaml': webEndpoint.replace('interfaceName: eth0, ', ''), 'policy.yaml': webPolicy(port) },
    message: `port ${port}`,
  })
}

function ip(...commands: readonly string[]): void {
  for (const command of commands) execFileSync('ip', command.split(' '), { stdio: 'pipe' })
}

/** The address of the endpoint goes from one interface to the other. */
function move(from: string, to: string): void {
  ip(`address delete 192.0.2.10/24 dev ${from}`, `address add 192.0.2.10/24 dev ${to}`)
}

const isGuarded = (name: string): boolean => listRuleset().includes(`"${name}" : `)
const isOpen = (port: number): boolean => listRuleset().includes(`tcp dport ${port} `)
/** How many counters of policy rules the metrics have. */
const policies = async (): Promise<number> =>
  ((await agent.get('/metrics')).body.match(/^rampart_policy_packets_total\{/gm) ?? []).length

async function start(): Promise<void> {
  agent.start({ repository: configure(`${agent.git.proxy.url}/policy.git`) })
  await until('the first run', async () => ((await agent.status())?.attempted ?? null) !== null)
}

test.before(async () => {
  ip(
    'link add eth0 type veth peer name eth1',
    'link set eth0 up',
    'link set eth1 up',
    'address add 192.0.2.10/24 dev eth0',
  )
  agent = await AgentLab.open()
  process.env.RAMPART_RUNTIME_DIR = join(agent.folder, 'run')
  process.env.RAMPART_STATE_DIR = join(agent.folder, 'state')
  commit(1001)
  await start()
  // a first fetch that takes too long is tried again
  await until('the first policy', () => isOpen(1001))
  await until('that it is saved', async () => ((await agent.status())?.applied ?? null) !== null)
})
test.after(() => agent.close())

test('git failures under a hold are counted, and the runs converge', async () => {
  const fetches = (result: string) =>
    agent.metric(new RegExp(`^rampart_fetches_total\\{result="${result}"\\} (\\d+)$`, 'm'))
  assert.is((await rampart('hold', '--reason', 'an audit')).code, 0)
  const answered = await fetches('ok')
  const failed = () => agent.metric(/^rampart_runs_total\{outcome="failed"\} (\d+)$/m)
  const before = await failed()
  assert.is(await fetches('git-unreachable'), 0)
  agent.git.proxy.fault = 'status-500'
  assert.is((await rampart('sync')).code, 0)
  // interfaces that come up ask as well
  assert.ok((await fetches('git-unreachable')) >= 1)
  assert.is(await failed(), before)
  agent.git.proxy.fault = 'none'
  assert.is((await rampart('sync')).code, 0)
  assert.ok((await fetches('ok')) > answered)
  assert.is((await rampart('resume')).code, 0)
})

test('after a rollback behind the tip the policy is known: metrics and interfaces are as ever, also while git is dead', async () => {
  commit(1002)
  assert.is((await rampart('sync')).code, 0)
  agent.git.proxy.fault = 'status-500'
  const back = await rampart('rollback')
  assert.equal([back.code, isOpen(1001), isOpen(1002), /kept as it is/.test(back.err)], [0, true, false, false])
  assert.ok((await policies()) > 0)
  move('eth0', 'eth1')
  await until('that eth1 is guarded', () => isGuarded('eth1'))
  await agent.stop()
  await start()
  assert.ok((await policies()) > 0)
  move('eth1', 'eth0')
  await until('that eth0 is guarded', () => isGuarded('eth0') && !isGuarded('eth1'))
  assert.ok(isOpen(1001))
})

test('without a clone only the table is healed, and status says why; the commit is fetched once git answers', async () => {
  await agent.stop()
  rmSync(join(agent.folder, 'state', 'repo'), { recursive: true })
  await start()
  assert.match((await rampart('status')).out, /^ +kept as it is, .*: the repository does not have the commit$/m)
  assert.is(await policies(), 0)
  execFileSync('nft', ['flush chain inet rampart ingress/web-1-eth0/policy'])
  await until('the repair', () => isOpen(1001))
  agent.git.proxy.fault = 'none'
  const { code, err } = await rampart('sync')
  assert.equal([code, /kept as it is/.test(err)], [0, false])
  assert.ok((await policies()) > 0)
  assert.not.match((await rampart('status')).out, 'kept as it is')
  move('eth0', 'eth1')
  await until('that eth1 is guarded', () => isGuarded('eth1'))
  move('eth1', 'eth0')
  assert.is((await rampart('resume')).code, 0)
  await until('the tip', () => isOpen(1002) && isGuarded('eth0'))
})

const applyFrom = (folder: string, ...words: readonly string[]) => rampart('apply', '--from', folder, ...words)

test('a folder is refused beside an agent without a hold, and with words that only the agent could follow', async () => {
  const folder = policyFolder({ 'web.yaml': webEndpoint, 'policy.yaml': webPolicy(1003) })
  const before = listRuleset()
  const { code, err } = await applyFrom(folder)
  assert.equal([code, /^nothing is held: .*"rampart hold --reason \.\.\." first$/m.test(err)], [1, true])
  assert.is((await rampart('hold', '--reason', 'an incident')).code, 0)
  assert.match((await applyFrom(folder, '--host', 'web-2')).err, 'the agent here is of web-1')
  assert.is((await applyFrom(folder, '--facts', 'facts.json')).code, 64)
  const repo = await rampart('apply', '--repo', `${agent.git.proxy.url}/policy.git`)
  assert.equal([repo.code, /clone this one/.test(repo.err)], [1, true])
  const large = await applyFrom(policyFolder({ 'large.yaml': '#'.repeat(9_000_000) }))
  assert.equal([large.code, /commit it/.test(large.err)], [1, true])
  const broken = await applyFrom(policyFolder({ 'web.yaml': webEndpoint, 'policy.yaml': 'kind: [' }))
  assert.equal([broken.code, /^policy\.yaml:1:\d+: error/m.test(broken.err)], [1, true])
  assert.is(withoutCounts(listRuleset()), withoutCounts(before))
})

test('under a hold a folder is applied beside the agent, healed, kept over a restart; resume takes the tip', async () => {
  const folder = policyFolder({ 'web.yaml': webEndpoint, 'policy.yaml': webPolicy(1003) })
  const applied = await applyFrom(folder, '--allow', 'mass-removal')
  assert.equal([applied.code, applied.out], [0, 'directory: 2 changes applied\n'])
  assert.match(applied.err, /^note: held since .*: an incident$/m)
  for (const round of ['running', 'restarted']) {
    if (round === 'restarted') {
      await agent.stop()
      await start()
    }
    execFileSync('nft', ['flush chain inet rampart ingress/web-1-eth0/policy'])
    await until(`the repair, ${round}`, () => isOpen(1003))
    assert.is((await rampart('sync')).code, 0)
    assert.equal([isOpen(1003), isOpen(1002)], [true, false])
  }
  const { out } = await rampart('status')
  assert.match(out, /^enforced +directory/m)
  assert.match(out, /kept as it is, .*: it was a folder as it was at that time$/m)
  assert.is((await rampart('resume')).code, 0)
  await until('the tip', () => isOpen(1002) && !isOpen(1003))
})

const withoutCounts = (ruleset: string): string => ruleset.replaceAll(/packets \d+ bytes \d+/g, '')

if (inOwnNamespace(fileURLToPath(import.meta.url))) test.run()
