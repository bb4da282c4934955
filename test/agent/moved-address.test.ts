/** The agent on a host where an address moves from one interface to another: the first one is open from then on, and everybody hears of it. */

import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { askAgent } from '../../src/adapters/control-socket.ts'
import { createJournal } from '../../src/adapters/journal.ts'
import { runAgent } from '../../src/agent/run-agent.ts'
import type { AgentStatus } from '../../src/reconcile/agent-status.ts'
import { HostError } from '../../src/reconcile/host-error.ts'
import { commitFiles } from '../fakes/bare-repository.ts'
import { rampart } from '../fakes/command-line.ts'
import { configure, type GitLab, openGitLab } from '../fakes/git-lab.ts'
import { inOwnNamespace } from '../fakes/own-namespace.ts'
import { temporaryFolder, webEndpoint, webPolicy } from '../fakes/policy-folder.ts'
import { quickAgent, quickApply } from '../fakes/quick-apply.ts'
import { until } from '../fakes/until.ts'

const test = suite('moved address')
const folder = temporaryFolder()
const runtimeDir = join(folder, 'run')
const observe = { host: '127.0.0.1', port: 9479 }
const lines: Record<string, unknown>[] = []
const stopping = new AbortController()
const byAddress = webEndpoint.replace('interfaceName: eth0, ', '')
let lab: GitLab
let ended: Promise<void>

function ip(text: string): void {
  execFileSync('ip', text.split(' '), { stdio: 'pipe' })
}

async function status(): Promise<AgentStatus | undefined> {
  try {
    return await askAgent({ path: join(runtimeDir, 'control.sock'), command: 'status', timeoutMs: 5_000 })
  } catch (error) {
    if (error instanceof HostError) return undefined
    throw error
  }
}

const interfacesOf = async () => (await status())?.endpoints[0]?.interfaces.join()
const events = () => lines.filter(({ event }) => event === 'endpoint-moved')
const metrics = async () => (await fetch(`http://127.0.0.1:${observe.port}/metrics`)).text()

test.before(async () => {
  ip('link add eth0 type veth peer name eth1')
  ip('link set eth0 up')
  ip('link set eth1 up')
  ip('address add 192.0.2.10/24 dev eth0')
  lab = await openGitLab()
  commitFiles(lab.repository, { files: { 'web.yaml': byAddress, 'policy.yaml': webPolicy(443) } })
  const configuration = {
    node: 'web-1',
    repository: configure(`${lab.proxy.url}/policy.git`),
    schedule: '0 0 1 1 *',
    splayMs: 0,
    webhook: undefined,
    trust: undefined,
    apply: quickApply,
    failsafes: 'minimal',
    driftIntervalMs: 3_600_000,
    observe,
    logLevel: 'info',
    stateDir: join(folder, 'state'),
  } as const
  const journal = createJournal({ level: 'info', stream: { write: (line) => void lines.push(JSON.parse(line)) } })
  process.env.RAMPART_RUNTIME_DIR = runtimeDir
  ended = runAgent({ ...quickAgent, configuration, runtimeDir, version: 'test', journal }, stopping.signal)
  await until('the first run', async () => (await interfacesOf()) === 'eth0')
})

test.after(async () => {
  stopping.abort()
  await ended
  await lab.close()
})

test('IF-17: an address that moves opens the interface it leaves: journal, status and metric say so', async () => {
  assert.equal([(await status())?.unguarded, events()], [[], []])
  ip('address delete 192.0.2.10/24 dev eth0')
  ip('address add 192.0.2.10/24 dev eth1')
  await until('the endpoint follows', async () => (await interfacesOf()) === 'eth1')
  const [unguarded] = (await status())?.unguarded ?? []
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
  await until('the interface is governed again', async () => (await status())?.unguarded.length === 0)
  assert.not.match(await metrics(), 'endpoint_unguarded_interfaces{')
})

if (inOwnNamespace(fileURLToPath(import.meta.url))) test.run()
