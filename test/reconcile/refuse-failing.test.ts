import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { emptyMemory, type Memory } from '../../src/reconcile/memory.ts'
import type { Trigger } from '../../src/reconcile/outcome.ts'
import { type RunReport, run } from '../../src/reconcile/run.ts'
import { webEndpoint, webPolicy, webTest } from '../fakes/policy-folder.ts'
import { quickApply } from '../fakes/quick-apply.ts'
import { createWorld, type World } from '../fakes/run-ports.ts'

const test = suite('refuseFailing')
const settings = { node: 'web-1', failsafes: 'minimal', controlPorts: [], apply: quickApply, allowed: [] } as const
const good = { 'a.yaml': webEndpoint, 'b.yaml': webPolicy(443), 't.yaml': webTest(443) }

function go(world: World, memory: Memory, trigger: Trigger): Promise<RunReport> {
  return run(world.ports, settings, { triggers: [trigger], memory, signal: new AbortController().signal })
}

test('refuseFailing() lets a revision pass whose tests hold', async () => {
  const world = createWorld({ files: good })
  assert.is((await go(world, emptyMemory, 'start')).outcome.type, 'converged')
})

test('refuseFailing() refuses the first revision of a host as any other: nothing is loaded', async () => {
  const world = createWorld({ files: { ...good, 't.yaml': webTest(1) } })
  const { outcome } = await go(world, emptyMemory, 'start')
  assert.is(outcome.type === 'invalid' && outcome.diagnostics[0]?.code, 'test-failed')
  assert.equal(world.scripts, [])
})

test('refuseFailing() keeps what was there, and heals it', async () => {
  const world = createWorld({ files: good })
  const { memory } = await go(world, emptyMemory, 'start')
  const [enforced] = world.scripts
  world.files = { ...good, 'b.yaml': webPolicy(8443) }
  world.commit = 'b'.repeat(40)
  world.live = undefined
  const { outcome } = await go(world, memory, 'sync')
  assert.equal(
    [outcome.type, outcome.type === 'invalid' && outcome.kept?.commit, world.scripts.at(-1)],
    ['invalid', 'a'.repeat(40), enforced],
  )
})

test('refuseFailing() asks nothing of what is enforced already: it is healed whatever its tests say', async () => {
  const world = createWorld({ files: { ...good, 't.yaml': webTest(1) } })
  const untested = createWorld({ files: { 'a.yaml': webEndpoint, 'b.yaml': webPolicy(443) } })
  const { memory } = await go(untested, emptyMemory, 'start')
  const { enforced, saved } = memory
  world.live = undefined
  const { outcome } = await go(world, { ...emptyMemory, enforced, saved }, 'sync')
  assert.is(outcome.type, 'converged')
  assert.is(world.scripts.length, 1)
})

test.run()
