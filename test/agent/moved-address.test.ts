/** The agent on a host where an address moves from one interface to another: the first one is open from then on, and everybody hears of it. */

import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { AgentLab } from '../fakes/agent-lab.ts'
import { rampart } from '../fakes/command-line.ts'
import { inOwnNamespace } from '../fakes/own-namespace.ts'
import { webEndpoint, webPolicy } from '../fakes/policy-folder.ts'
import { until } from '../fakes/until.ts'

const test = suite('moved address')
const byAddress = webEndpoint.replace('interfaceName: eth0, ', '')
let agent: AgentLab

function ip(text: string): void {
  execFileSync('ip', text.split(' '), { stdio: 'pipe' })
}

const interfacesOf = async () => (await agent.status())?.endpoints[0]?.interfaces.join()
const events = () => agent.lines.filter(({ event }) => event === 'endpoint-moved')
const metrics = async () => (await agent.get('/metrics')).body

test.before(async () => {
  ip('link add eth0 type veth peer name eth1')
  ip('link set eth0 up')
  ip('link set eth1 up')
  ip('address add 192.0.2.10/24 dev eth0')
  agent = await AgentLab.open()
  agent.git.commit({ files: { 'web.yaml': byAddress, 'policy.yaml': webPolicy(443) } })
  process.env.RAMPART_RUNTIME_DIR = join(agent.folder, 'run')
  agent.start()
  await until('the first run', async () => (await interfacesOf()) === 'eth0')
})

test.after(() => agent.close())

test('IF-17: an address that moves opens the interface it leaves: journal, status and metric say so', async () => {
  assert.equal([(await agent.status())?.unguarded, events()], [[], []])
  ip('address delete 192.0.2.10/24 dev eth0')
  ip('address add 192.0.2.10/24 dev eth1')
  await until('the endpoint follows', async () => (await interfacesOf()) === 'eth1')
  const [unguarded] = (await agent.status())?.unguarded ?? []
  assert.equal([unguarded?.interface, unguarded?.endpoint], ['eth0', 'web-1-eth0'])
  const [event] = events()
  assert.equal([event?.level, event?.endpoint, event?.interface], ['warn', 'web-1-eth0', 'eth0'])
  assert.equal([event?.governedBy, event?.note], [null, 'eth0 is not filtered any more'])
  assert.match(await metrics(), 'rampart_endpoint_unguarded_interfaces{endpoint="web-1-eth0"} 1')
  const { out } = await rampart('status')
  assert.match(
    out,
    /^unguarded +eth0 passes everything since .+ UTC \(.+\), when the address of web-1-eth0 went away$/m,
  )
})

test('IF-17: the alarm ends when the address is back', async () => {
  ip('address add 192.0.2.10/24 dev eth0')
  await until('the interface is governed again', async () => (await agent.status())?.unguarded.length === 0)
  assert.not.match(await metrics(), 'endpoint_unguarded_interfaces{')
})

if (inOwnNamespace(fileURLToPath(import.meta.url))) test.run()
