import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { HostError } from '../../src/reconcile/host-error.ts'
import { run as runOnce } from '../../src/reconcile/run.ts'
import { type CarefulRun, enforced, first } from '../fakes/careful-run.ts'
import { webPolicy } from '../fakes/policy-folder.ts'

const test = suite('findLive')
const news = { ...first, 'policy.yaml': webPolicy(8443) }
const probe = { type: 'tcp', host: '192.0.2.1', port: 443 } as const

/** A new commit; how often its run listed the table. */
async function readsOf(run: CarefulRun, isUndisturbed: boolean, letter = 'b'): Promise<number> {
  run.commit(letter, letter === 'b' ? news : first)
  const { reads } = run.world
  const request = { triggers: ['webhook'], memory: run.memory, signal: new AbortController().signal } as const
  const report = await runOnce(run.world.ports, run.settings, { ...request, isUndisturbed: () => isUndisturbed })
  run.memory = report.memory
  return run.world.reads - reads
}

test('findLive() lists the table for a change only where somebody else may have touched it', async () => {
  const run = await enforced()
  assert.is(await readsOf(run, true), 0)
  assert.is(run.memory.live, run.memory.enforced?.ruleset)
  assert.is(await readsOf(run, false, 'c'), 1)
})

test('findLive() lists it after a restart, whoever listens now', async () => {
  const run = await enforced()
  run.restart()
  assert.is(await readsOf(run, true), 1)
})

test('findLive() lists it after a transaction of which nobody knows what became', async () => {
  const run = await enforced()
  run.world.loadFault = new HostError('command-failed', 'nft did not finish within 120000 ms')
  assert.is(await readsOf(run, true), 0)
  assert.is(run.memory.live, undefined)
  assert.is(await readsOf(run, true, 'c'), 1)
})

test('findLive() lists it after a change that was taken back', async () => {
  const run = await enforced({ confirmTimeoutMs: 10_000, confirmAfterMs: 5_000, probes: [probe] })
  run.world.probe = () => (run.world.armed === undefined ? undefined : 'refused')
  assert.is(await readsOf(run, true), 0)
  assert.is(run.memory.live, undefined)
  run.world.probe = () => undefined
  assert.is(await readsOf(run, true, 'c'), 1)
})

test.run()
