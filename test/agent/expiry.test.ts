/** A real agent and real packets: what expires is closed at its moment, whether git answers, the agent runs, or only the table is left. */

import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { AgentLab, listRuleset } from '../fakes/agent-lab.ts'
import { plugIn } from '../fakes/cables.ts'
import { configure } from '../fakes/git-lab.ts'
import { Namespaces } from '../fakes/kernel.ts'
import { inOwnNamespace } from '../fakes/own-namespace.ts'
import { officeSet, webEndpoint, webPolicy } from '../fakes/policy-folder.ts'
import { Talker } from '../fakes/talker.ts'
import { until } from '../fakes/until.ts'

const test = suite('expiry')
const namespaces = new Namespaces()
const address = '192.0.2.10'
/** Long enough to see that it is open before. */
const soonMs = 6_000
let agent: AgentLab
let host: Talker
let client: Talker
let there: string

const steady = `apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: steady}
spec:
  selector: role == 'web'
  ingress: [{action: Allow, protocol: TCP, destination: {ports: [8080]}}]
`

/** A whole second, as annotations are carried out. */
function soon(): Date {
  return new Date(Math.ceil((Date.now() + soonMs) / 1000) * 1000)
}

function filesUntil(end: Date): Readonly<Record<string, string>> {
  const expiring = webPolicy(443).replace(
    'name: web}',
    `name: web, annotations: {rampart/expires: "${end.toISOString()}"}}`,
  )
  return { 'web.yaml': webEndpoint, 'office.yaml': officeSet, 'policy.yaml': expiring, 'steady.yaml': steady }
}

/** Whether a new connection from the other end of the cable comes through. */
function isOpen(port: number): boolean {
  const line = ['netns', 'exec', there, 'timeout', '1', 'bash', '-c', `: < /dev/tcp/${address}/${port}`]
  return spawnSync('ip', line).status === 0
}

async function reach(end: Date): Promise<void> {
  await delay(Math.max(0, end.getTime() - Date.now()))
}

function events(name: string): readonly Record<string, unknown>[] {
  return agent.lines.filter(({ event }) => event === name)
}

test.before(async () => {
  there = plugIn(namespaces, { name: 'eth0', ours: [`${address}/24`], theirs: ['192.0.2.20/24'], gateways: [] })
  agent = await AgentLab.open()
  host = new Talker()
  client = new Talker(there)
  for (const port of [443, 8080]) await host.listen('tcp', port)
})

test.after(async () => {
  for (const talker of [host, client]) talker.leave()
  await agent.close()
  namespaces.remove()
})

test('while git hangs: closed at its moment, its connections end, others live, and it is told', async () => {
  const end = soon()
  agent.git.commit({ files: filesUntil(end) })
  agent.start({ repository: configure(`${agent.git.proxy.url}/policy.git`, { timeoutMs: 60_000 }) })
  await until('the first run', async () => (await agent.status())?.attempted?.outcome === 'converged')
  agent.git.proxy.fault = 'hang'
  const waiting = agent.sync().catch(() => undefined)
  await client.connect('doomed', { protocol: 'tcp', address, port: 443 })
  await client.connect('lasting', { protocol: 'tcp', address, port: 8080 })
  client.say('doomed', 'before')
  await host.hears('at-443', 'before')
  assert.equal((await agent.status())?.expiring, {
    at: end.toISOString(),
    rules: ['GlobalNetworkPolicy/web ingress[0]', 'GlobalNetworkPolicy/web ingress[1]'],
  })
  await reach(end)
  assert.not(isOpen(443))
  assert.ok(isOpen(8080))
  await until('the agent clears it away', () => events('rules-expired').length > 0)
  await until('its connection ends', async () => ((await agent.status())?.connectionsEnded.total ?? 0) > 0)
  assert.not.match(listRuleset(), 'tcp dport 443')
  client.say('doomed', 'after')
  client.say('lasting', 'after')
  await host.hears('at-8080', 'after')
  assert.is(host.heard('at-443'), 'before')
  const status = await agent.status()
  assert.equal([status?.expiring, status?.drift.repairs], [null, 0])
  assert.equal(events('rules-expired')[0]?.rules, [
    'GlobalNetworkPolicy/web ingress[0]',
    'GlobalNetworkPolicy/web ingress[1]',
  ])
  assert.is(events('drift-repaired').length, 0)
  await agent.stop()
  await waiting
})

test('without an agent, from the saved table alone: the kernel closes it, and the next agent clears it away, also without git', async () => {
  // the connection that ended would be taken up again where no table is
  client.leave()
  client = new Talker(there)
  const end = soon()
  agent.lines.length = 0
  agent.git.proxy.fault = 'none'
  agent.git.commit({ files: filesUntil(end) })
  agent.start()
  await until('the first run', async () => (await agent.status())?.attempted?.outcome === 'converged')
  await agent.stop()
  execFileSync('nft', ['delete table inet rampart'])
  // in any time zone, as a boot does
  const saved = join(agent.folder, 'state', 'last-good.nft')
  execFileSync('nft', ['-f', saved], { env: { ...process.env, TZ: 'Asia/Tokyo' } })
  await client.connect('second', { protocol: 'tcp', address, port: 443 })
  await reach(end)
  assert.not(isOpen(443))
  assert.ok(isOpen(8080))
  agent.git.proxy.fault = 'status-500'
  agent.start()
  await until('the first run', async () => (await agent.status())?.attempted?.outcome === 'failed')
  assert.equal(events('rules-expired').length, 1)
  assert.not.match(listRuleset(), 'tcp dport 443')
  assert.equal([(await agent.status())?.connectionsEnded.total, events('drift-repaired').length], [1, 0])
  // and what is saved says the same
  await agent.stop()
  execFileSync('nft', ['-f', saved])
  assert.not.match(listRuleset(), 'tcp dport 443')
})

if (inOwnNamespace(fileURLToPath(import.meta.url))) test.run()
