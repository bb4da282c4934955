/** Hold, resume and rollback with a real agent, a real git server and the kernel of a namespace of its own, as a person types them. */

import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { AgentLab, listRuleset } from '../fakes/agent-lab.ts'
import { rampart } from '../fakes/command-line.ts'
import { inOwnNamespace } from '../fakes/own-namespace.ts'
import { policyFolder, webEndpoint, webPolicy } from '../fakes/policy-folder.ts'
import { until } from '../fakes/until.ts'

const test = suite('run states')
let agent: AgentLab
let stateDir: string
/** Of the branch, oldest first. */
const commits: string[] = []

/** Commits a policy that lets in one more port; the agent is not told. */
function commit(port: number): string {
  const id = agent.git.commit({
    files: { 'web.yaml': webEndpoint, 'policy.yaml': webPolicy(port) },
    message: `port ${port}`,
  })
  commits.push(id)
  return id
}

function isOpen(port: number): boolean {
  return listRuleset().includes(`tcp dport ${port} `)
}

async function restart(): Promise<void> {
  await agent.stop()
  await agent.firstRun()
}

async function statusJson(): Promise<Record<string, never> & { readonly hold: { readonly reason: string } | null }> {
  return JSON.parse((await rampart('status', '--format', 'json')).out)
}

test.before(async () => {
  agent = await AgentLab.open()
  stateDir = join(agent.folder, 'state')
  process.env.RAMPART_RUNTIME_DIR = join(agent.folder, 'run')
  process.env.RAMPART_STATE_DIR = stateDir
})
test.after(() => agent.close())

test('hold is refused while nothing is enforced, with an agent and without', async () => {
  const alone = await rampart('hold', '--reason', 'too early')
  assert.equal([alone.code, alone.err], [1, 'nothing is enforced yet that could be held\n'])
  await agent.firstRun()
  const { code, err } = await rampart('hold', '--reason', 'too early')
  assert.equal([code, err], [1, 'nothing is enforced yet that could be held\n'])
  assert.equal((await rampart('resume')).code, 1)
})

test('hold keeps the old commit and heals its drift, sync says so and exits 0, and a restart changes nothing', async () => {
  const first = commit(1001)
  assert.is((await rampart('sync')).code, 0)
  const held = await rampart('hold', '--reason', '  an\naudit ')
  assert.is(held.code, 0)
  assert.match(held.out, new RegExp(`^held since [^ ]+: an audit \\(${first.slice(0, 10)} port 1001\\)\n$`))
  const second = commit(1002)
  for (const round of ['running', 'restarted']) {
    if (round === 'restarted') await restart()
    const sync = await rampart('sync')
    assert.equal([sync.code, isOpen(1001), isOpen(1002)], [0, true, false], round)
    assert.match(sync.err, /^note: held since [^ ]+: an audit$/m)
    assert.match(sync.err, `note: not taken: ${second.slice(0, 10)} port 1002`)
    execFileSync('nft', ['flush chain inet rampart ingress/web-1-eth0/policy'])
    await until(`the repair, ${round}`, () => isOpen(1001))
    const status = await rampart('status')
    assert.is(status.code, 0)
    assert.match(status.out, /^state +in sync with what is held$/m)
    assert.match(
      status.out,
      /^held +an audit\n +since .* UTC \(.*\), until `rampart resume`\n +not taken: [0-9a-f]{10} port 1002$/m,
    )
    assert.is(await agent.metric(/^rampart_hold (\d)$/m), 1)
  }
})

test('resume takes the newer tip', async () => {
  assert.is((await rampart('resume')).code, 0)
  await until('the newer tip', () => isOpen(1002))
  await until('the status', async () => (await rampart('status')).code === 0)
  assert.is((await statusJson()).hold, null)
  assert.is(await agent.metric(/^rampart_hold (\d)$/m), 0)
})

test('a hold ends by itself and the agent takes the newer tip without being asked', async () => {
  const { code, out } = await rampart('hold', '--reason', 'for lunch', '--until', '2s')
  assert.equal([code, / until /.test(out)], [0, true])
  commit(1003)
  await until('the newer tip', () => isOpen(1003))
  const isTold = () => agent.lines.some(({ event, reason }) => event === 'hold-ended' && reason === 'for lunch')
  await until('that it is told', isTold)
})

test('rollback brings the revision before back while git is dead, and holds it, also over a restart', async () => {
  agent.git.proxy.fault = 'status-500'
  const back = await rampart('rollback')
  assert.match(back.err, /^note: held since [^ ]+: rollback from [0-9a-f]{10}$/m)
  assert.equal([back.code, isOpen(1002), isOpen(1003)], [0, true, false])
  assert.is((await statusJson()).hold?.reason, `rollback from ${commits[2]?.slice(0, 10)}`)
  await restart()
  execFileSync('nft', ['flush chain inet rampart ingress/web-1-eth0/policy'])
  await until('the repair', () => isOpen(1002))
  assert.is((await rampart('status')).code, 0)
  assert.is((await rampart('sync')).code, 0)
})

test('rollback takes a named revision; one that it does not know is refused with those that it knows', async () => {
  const unknown = await rampart('rollback', 'ffffffff')
  assert.is(unknown.code, 1)
  for (const id of commits) assert.match(unknown.err, id.slice(0, 10))
  assert.is((await rampart('rollback', commits[0]?.slice(0, 12) ?? '')).code, 0)
  assert.ok(isOpen(1001))
  agent.git.proxy.fault = 'none'
  assert.is((await rampart('sync')).code, 0)
  assert.ok(isOpen(1001))
})

test('rollback is refused by a guard and changes nothing; --allow overrides it', async () => {
  await rampart('resume')
  await until('the tip', () => isOpen(1003))
  agent.git.commit({
    files: { 'policy.yaml': webPolicy(1003), 'closed.yaml': closedEndpoint, 'open.yaml': openPolicy },
  })
  assert.is((await rampart('sync')).code, 0)
  // what was good once: the endpoint without a policy of its own, made by hand from what is enforced now
  const [name = ''] = historyFiles()
  const bare = readFileSync(join(stateDir, 'history', name), 'utf8')
    .replaceAll(/^.*(jump|goto) "?ingress\/closed\/policy"?.*\n/gm, '')
    .replaceAll(/^.*(jump|goto) "?egress\/closed\/policy"?.*\n/gm, '')
    .replace(/"commit":"[0-9a-f]{40}"/, `"commit":"${'b'.repeat(40)}"`)
  writeFileSync(join(stateDir, 'history', `00000000-${'b'.repeat(40)}.nft`), bare)
  const before = listRuleset()
  const refused = await rampart('rollback', 'bbbb')
  assert.equal([refused.code, /bare-endpoint/.test(refused.err), listRuleset()], [1, true, before])
  assert.is((await statusJson()).hold, null)
  assert.is((await rampart('hold', '--reason', 'an audit')).code, 0)
  assert.is((await rampart('rollback', 'bbbb')).code, 1)
  assert.is((await statusJson()).hold?.reason, 'an audit', 'a run that does not ask for it ends no hold')
  const allowed = await rampart('rollback', 'bbbb', '--allow', 'bare-endpoint')
  assert.equal([allowed.code, /bare-endpoint was allowed/.test(allowed.err)], [0, true])
})

test('a damaged hold.json counts as a hold, and a damaged ruleset as none; both are told', async () => {
  await agent.stop()
  const held = JSON.parse(readFileSync(join(stateDir, 'hold.json'), 'utf8'))
  assert.match(held.reason, 'rollback from ')
  writeFileSync(join(stateDir, 'hold.json'), '{"reason"')
  const damaged = historyFiles()
  for (const name of damaged) writeFileSync(join(stateDir, 'history', name), 'table inet rampart {')
  agent.lines.length = 0
  const before = listRuleset()
  await agent.firstRun()
  assert.is((await rampart('sync')).code, 0)
  assert.is((await statusJson()).hold?.reason, 'not known any more: hold.json was damaged')
  assert.is(listRuleset().replaceAll(/packets \d+ bytes \d+/g, ''), before.replaceAll(/packets \d+ bytes \d+/g, ''))
  const { code, err } = await rampart('rollback')
  assert.equal([code, err], [1, 'the history has no good revision before this one\n'])
  const told = agent.lines.filter(({ event }) => event === 'state-damaged').map(({ file }) => String(file))
  assert.is(told.filter((file) => file.endsWith('hold.json')).length, 1, 'once')
  for (const name of damaged) assert.ok(told.some((file) => file.endsWith(name)))
})

test('each ruleset of the history loads with plain nft', async () => {
  await rampart('resume')
  commit(1004)
  assert.is((await rampart('sync')).code, 0)
  commit(1005)
  assert.is((await rampart('sync')).code, 0)
  const good = historyFiles().filter((name) => commits.slice(-2).some((id) => name.includes(id)))
  assert.is(good.length, 2)
  for (const name of good) execFileSync('nft', ['-c', '-f', join(stateDir, 'history', name)])
})

test('without an agent hold and rollback work on the state folder, and the next agent keeps to it', async () => {
  await agent.stop()
  const held = await rampart('hold', '--reason', 'the office is closed', '--until', '2h')
  assert.equal([held.code, /no agent runs: the next one keeps to it/.test(held.out)], [0, true])
  assert.is((await rampart('resume')).code, 0)
  const { code, out } = await rampart('rollback')
  assert.equal([code, isOpen(1004), isOpen(1005)], [0, true, false])
  assert.match(out, /: \d+ changes applied\n$/)
  await agent.firstRun()
  assert.is((await rampart('sync')).code, 0)
  assert.equal([isOpen(1004), isOpen(1005)], [true, false])
})

test('a folder is applied over a hold where no agent runs, and the next agent keeps to it', async () => {
  await agent.stop()
  const folder = policyFolder({ 'web.yaml': webEndpoint, 'policy.yaml': webPolicy(1006) })
  const words = ['--from', folder, '--host', 'web-1', '--allow', 'mass-removal'] as const
  assert.is((await rampart('apply', ...words)).code, 0)
  const status = await rampart('status')
  assert.equal([status.code, /^rampart: held since .*: rollback from [0-9a-f]{10}$/m.test(status.err)], [1, true])
  await agent.firstRun()
  assert.is((await rampart('sync')).code, 0)
  assert.equal([isOpen(1006), isOpen(1005)], [true, false])
})

test('the last runs are in the status, those before the restart too', async () => {
  const { history } = (await agent.status()) ?? { history: [] }
  assert.is(history.length, 20)
  assert.ok(history.some(({ trigger, outcome }) => trigger === 'rollback' && outcome === 'refused'))
  assert.is(history[0]?.trigger, 'sync')
})

const closedEndpoint = `apiVersion: projectcalico.org/v3
kind: HostEndpoint
metadata: {name: closed, labels: {role: closed}}
spec: {node: web-1, interfaceName: eth9, expectedIPs: [192.0.2.99]}
`
const openPolicy = `apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: closed}
spec:
  selector: role == 'closed'
  ingress:
    - {action: Allow, protocol: TCP, destination: {ports: [7]}}
`

/** Newest first. */
function historyFiles(): readonly string[] {
  return readdirSync(join(stateDir, 'history'))
    .filter((name) => name.endsWith('.nft'))
    .sort()
    .reverse()
}

if (inOwnNamespace(fileURLToPath(import.meta.url))) test.run()
