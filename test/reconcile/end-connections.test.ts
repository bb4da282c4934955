/** What a run does to live connections after a change, on the model. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { printFlow } from '../../src/flow/print-flow.ts'
import { HostError } from '../../src/reconcile/host-error.ts'
import { emptyMemory, type Memory } from '../../src/reconcile/memory.ts'
import { type RunReport, run } from '../../src/reconcile/run.ts'
import { webEndpoint, webPolicy } from '../fakes/policy-folder.ts'
import { quickApply } from '../fakes/quick-apply.ts'
import { createWorld, type World } from '../fakes/run-ports.ts'
import { flowOf } from '../flow/some-flow.ts'

const test = suite('endDeniedConnections')

function go(world: World, memory: Memory = emptyMemory, apply = quickApply): Promise<RunReport> {
  const settings = { node: 'web-1', failsafes: 'minimal', controlPorts: [], allowed: [], apply } as const
  return run(world.ports, settings, { triggers: ['webhook'], memory, signal: new AbortController().signal })
}

/** A host on which port 443 is open and used, about to close it. */
async function aboutToClose(): Promise<{ readonly world: World; readonly memory: Memory }> {
  const world = createWorld({ files: { 'web.yaml': webEndpoint, 'policy.yaml': webPolicy(443) } })
  const { memory, connections } = await go(world)
  assert.is(connections, undefined, 'under a first ruleset nobody knows who opened what')
  world.flows = [
    flowOf('tcp 198.51.100.7:4000 192.0.2.10:443'),
    flowOf('udp [2001:db8::7]:4000 [2001:db8::10]:443'),
    flowOf('tcp 198.51.100.7:4001 192.0.2.10:22'),
  ]
  const eth0 = { type: 'interfaces', names: ['eth0'] } as const
  const local = { type: 'local' } as const
  world.routes = { '198.51.100.7': eth0, '2001:db8::7': eth0, '192.0.2.10': local, '2001:db8::10': local }
  world.files = { ...world.files, 'policy.yaml': webPolicy(8443) }
  world.commit = 'b'.repeat(40)
  return { world, memory }
}

test('run() ends what is denied now, after it made sure that it does not come back', async () => {
  const { world, memory } = await aboutToClose()
  const { outcome, connections } = await go(world, memory)
  assert.is(outcome.type, 'converged')
  const flows = ['tcp 198.51.100.7:4000 -> 192.0.2.10:443']
  assert.equal(connections, { ended: 1, flows, undecided: 0, problem: undefined })
  assert.equal(world.ended.map(printFlow), flows)
  assert.is(world.scripts.at(-1), 'add element inet rampart ended4 { 192.0.2.10 . 198.51.100.7 . 6 . 443 . 4000 }\n')
})

test('run() spares what stood before a change that waits, when it repairs what somebody opened meanwhile', async () => {
  const { world, memory } = await aboutToClose()
  await go(world, memory, { ...quickApply, probes: [{ type: 'tcp', host: '192.0.2.1', port: 443 }] })
  const [unconfirmed] = world.unconfirmed
  assert.ok(unconfirmed)
  world.flows = [...world.flows, flowOf('tcp 198.51.100.7:4002 192.0.2.10:9443')]
  world.ended.length = 0
  await world.ports.kernel.load('flush chain inet rampart input\n', new AbortController().signal)
  world.standing = 'waiting'
  const settings = { node: 'web-1', failsafes: 'minimal', controlPorts: [], allowed: [], apply: quickApply } as const
  const signal = new AbortController().signal
  await run(world.ports, settings, { triggers: ['drift'], memory, signal, unconfirmed })
  // the first was never allowed either
  assert.equal(world.ended.map(printFlow), [
    'udp [2001:db8::7]:4000 -> [2001:db8::10]:443',
    'tcp 198.51.100.7:4002 -> 192.0.2.10:9443',
  ])
})

test('run() looks at no connection when nothing changed or the configuration says so', async () => {
  const { world, memory } = await aboutToClose()
  const tolerant = await go(world, memory, { ...quickApply, endsDeniedConnections: false })
  assert.equal([tolerant.connections, world.ended], [undefined, []])
  assert.is((await go(world, tolerant.memory)).connections, undefined)
})

test('run() converges without the conntrack program, and says what that means', async () => {
  const { world, memory } = await aboutToClose()
  const list = () => Promise.reject(new HostError('program-missing', 'there is no program conntrack'))
  const ports = { ...world.ports, connections: { ...world.ports.connections, list } }
  const { outcome, connections } = await go({ ...world, ports }, memory)
  assert.is(outcome.type, 'converged')
  assert.equal(connections, { ended: 0, flows: [], undecided: 0, problem: 'there is no program conntrack' })
})

test.run()
