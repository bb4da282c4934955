import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { HostError } from '../../src/reconcile/host-error.ts'
import { enforced, first } from '../fakes/careful-run.ts'
import { webPolicy } from '../fakes/policy-folder.ts'

const test = suite('RunContext')
const news = { ...first, 'policy.yaml': webPolicy(8443) }

test('prepareLoad() is asked for once in a run that changes something, and is over at its end, whatever became of the change', async () => {
  const faults = ['armFault', 'loadFault', undefined] as const
  for (const fault of faults) {
    const run = await enforced()
    const { world } = run
    world.prepared.length = 0
    if (fault !== undefined) world[fault] = new HostError('revert-unarmed', 'nobody watches')
    let wereReady: readonly boolean[] = []
    world.onLoad = () => {
      wereReady = world.prepared.map(({ aborted }) => !aborted)
    }
    run.commit('b', news)
    assert.is((await run.go('webhook')).outcome.type, fault === undefined ? 'converged' : 'failed')
    assert.equal(
      world.prepared.map(({ aborted }) => aborted),
      [true],
    )
    assert.equal(wereReady, fault === undefined ? [true] : [])
  }
})

test('prepareChange() is asked for while git is waited for, where there is news', async () => {
  const run = await enforced()
  const { world } = run
  const { source } = world.ports
  const fetch = source.fetch
  let early = 0
  world.prepared.length = 0
  Object.assign(source, {
    async fetch(signal: AbortSignal, onNews?: () => void) {
      onNews?.()
      onNews?.()
      early = world.prepared.length
      return await fetch(signal)
    },
  })
  await run.go('schedule')
  // of the kernel and of the safeguard, used or not
  assert.equal([early, world.prepared.length, world.prepared.every(({ aborted }) => aborted)], [2, 2, true])
  run.commit('b', news)
  await run.go('webhook')
  assert.equal([early, world.prepared.length], [4, 4])
})

test.run()
