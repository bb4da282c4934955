/** When the first activation waits, and that a table which only tracks is never taken for policy. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { HostError } from '../../src/reconcile/host-error.ts'
import { emptyMemory, type Memory } from '../../src/reconcile/memory.ts'
import type { Trigger } from '../../src/reconcile/outcome.ts'
import { type RunReport, run } from '../../src/reconcile/run.ts'
import { isPrimingTable, primingTable } from '../../src/ruleset/priming-table.ts'
import { emptyRuleset } from '../../src/ruleset/ruleset.ts'
import { webEndpoint, webPolicy } from '../fakes/policy-folder.ts'
import { quickApply } from '../fakes/quick-apply.ts'
import { createWorld, type World } from '../fakes/run-ports.ts'

const test = suite('primeConnectionTracking')
const files = { 'web.yaml': webEndpoint, 'policy.yaml': webPolicy(443) }

interface Request {
  readonly memory: Memory
  readonly trigger: Trigger
  readonly delayMs: number
}

function go(world: World, request: Partial<Request> = {}): Promise<RunReport> {
  const { memory = emptyMemory, trigger = 'start', delayMs = 5_000 } = request
  const apply = { ...quickApply, firstActivationDelayMs: delayMs }
  const settings = { node: 'web-1', failsafes: 'minimal', controlPorts: [], allowed: [], apply } as const
  return run(world.ports, settings, { triggers: [trigger], memory, signal: new AbortController().signal })
}

const outcomeOf = ({ outcome }: RunReport): string => outcome.type

test('DV-12: run() tracks connections for a while before it enforces a first ruleset', async () => {
  const world = createWorld({ files })
  assert.is(outcomeOf(await go(world)), 'converged')
  assert.equal(world.waits, [5_000])
  assert.is(world.scripts.length, 2)
  assert.match(world.scripts[0] ?? '', /hook input.*\n\t\tct state established,related accept\n\t}\n}\n$/)
  assert.not(isPrimingTable(world.live))
  assert.is(world.lastGood?.script, world.scripts[1], 'what only tracks is never saved')
})

test('run() does not wait where it is told not to, nor for a table that judges no connection', async () => {
  const hasty = createWorld({ files })
  await go(hasty, { delayMs: 0 })
  assert.equal([hasty.waits, hasty.scripts.length], [[], 1])
  const settings = `apiVersion: projectcalico.org/v3
kind: FelixConfiguration
metadata: {name: default}
spec: {interfacePrefix: none}
`
  const bare = createWorld({ files: { 'felix.yaml': settings } })
  assert.is(outcomeOf(await go(bare)), 'converged')
  assert.equal(bare.waits, [])
})

test('run() does not wait where a table stands already, nor when one is taken away while it runs', async () => {
  const world = createWorld({ files, live: emptyRuleset })
  const { memory } = await go(world)
  assert.equal(world.waits, [])
  world.live = undefined
  const healed = await go(world, { memory, trigger: 'drift' })
  assert.equal([world.waits, healed.drift.length > 0], [[], true])
})

test('an activation that was broken off begins again, and what it left is no drift', async () => {
  const world = createWorld({ files })
  const { clock } = world.ports
  const interrupted = {
    ...clock,
    async sleep() {
      world.loadFault = new HostError('aborted', 'stopped')
    },
  }
  const broken = await run(
    { ...world.ports, clock: interrupted },
    {
      node: 'web-1',
      failsafes: 'minimal',
      controlPorts: [],
      allowed: [],
      apply: { ...quickApply, firstActivationDelayMs: 5_000 },
    },
    { triggers: ['start'], memory: emptyMemory, signal: new AbortController().signal },
  )
  assert.equal([outcomeOf(broken), broken.memory.enforced, world.lastGood], ['failed', undefined, undefined])
  assert.ok(isPrimingTable(world.live))
  const again = await go(world)
  assert.equal([outcomeOf(again), again.drift, world.waits], ['converged', [], [5_000]])
  assert.not(isPrimingTable(world.live))
})

test('run() does not take what an activation left for drift of the policy in the state folder', async () => {
  const { lastGood } = await converged()
  const world = createWorld({ files, live: primingTable, ...(lastGood === undefined ? {} : { lastGood }) })
  const report = await go(world)
  assert.equal([outcomeOf(report), report.drift, world.waits], ['converged', [], [5_000]])
})

async function converged(): Promise<World> {
  const world = createWorld({ files })
  await go(world)
  return world
}

test.run()
