/** The clock of the host is set while a change waits: by a day, either way. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { defaultApplyConfiguration } from '../../src/host/apply-configuration.ts'
import { run } from '../../src/reconcile/run.ts'
import type { RunPorts } from '../../src/reconcile/run-context.ts'
import { enforced, first } from '../fakes/careful-run.ts'
import { webPolicy } from '../fakes/policy-folder.ts'

const test = suite('reconcile: the clock jumps')
const dayMs = 86_400_000
const { probes, confirmAfterMs, confirmTimeoutMs } = defaultApplyConfiguration
const careful = { probes, confirmAfterMs, confirmTimeoutMs }

for (const jumpMs of [dayMs, -dayMs]) {
  const way = jumpMs > 0 ? 'forward' : 'back'
  /** From the first wait on. */
  const jumping = (ports: RunPorts): RunPorts => ({
    ...ports,
    clock: {
      ...ports.clock,
      now: () => new Date(ports.clock.now().getTime() + (ports.clock.monotonicMs() > 0 ? jumpMs : 0)),
    },
  })

  test(`run() waits as long as it should when it jumps ${way}, and the change stays`, async () => {
    const { world, settings, memory, commit } = await enforced(careful)
    commit('b', { ...first, 'policy.yaml': webPolicy(8443) })
    const request = { triggers: ['schedule'], memory, signal: new AbortController().signal } as const
    assert.is((await run(jumping(world.ports), settings, request)).outcome.type, 'converged')
    assert.ok(world.nowMs >= confirmAfterMs && world.nowMs < confirmAfterMs + 5_000, `${world.nowMs} ms`)
    assert.is(world.lastGood?.revision.commit, 'b'.repeat(40))
  })

  test(`run() takes a change back at its deadline when it jumps ${way}`, async () => {
    const { world, settings, memory, commit } = await enforced(careful)
    const before = world.live
    commit('b', { ...first, 'policy.yaml': webPolicy(8443) })
    world.probe = () =>
      world.applied.includes('b'.repeat(40)) && world.nowMs <= confirmTimeoutMs ? 'no answer' : undefined
    const request = { triggers: ['schedule'], memory, signal: new AbortController().signal } as const
    assert.is((await run(jumping(world.ports), settings, request)).outcome.type, 'reverted')
    assert.ok(world.nowMs >= confirmTimeoutMs && world.nowMs < confirmTimeoutMs + 10_000, `${world.nowMs} ms`)
    assert.equal(world.live, before)
  })
}

test('run() ends a hold when the clock says so: not before, though it was set back meanwhile, and once', async () => {
  const { world, go, commit } = await enforced()
  commit('b', { ...first, 'policy.yaml': webPolicy(8443) })
  world.nowMs = 10 * dayMs
  world.hold = { reason: 'a freeze', at: new Date(10 * dayMs), until: new Date(10 * dayMs + 60_000) }
  const enforces = async (): Promise<string | undefined> => (await go('resume')).memory.enforced?.revision.commit
  for (const nowMs of [10 * dayMs, 9 * dayMs, 10 * dayMs + 59_999]) {
    world.nowMs = nowMs
    assert.is(await enforces(), 'a'.repeat(40))
  }
  world.nowMs = 11 * dayMs
  assert.equal([await enforces(), world.hold], ['b'.repeat(40), undefined])
  world.nowMs = 9 * dayMs
  assert.is(await enforces(), 'b'.repeat(40), 'it does not come back')
})

test.run()
