/** What a change costs before the kernel holds it, and when it can be confirmed. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { HostError } from '../../src/reconcile/host-error.ts'
import type { PendingChange } from '../../src/reconcile/ports.ts'
import { enforced, first } from '../fakes/careful-run.ts'
import { webPolicy } from '../fakes/policy-folder.ts'

const test = suite('keepNext')
const news = { ...first, 'policy.yaml': webPolicy(8443) }
const tcpProbe = { type: 'tcp', host: '192.0.2.1', port: 443 } as const

test('keepNext() comes after the load: nobody confirms before the kernel holds the change', async () => {
  const run = await enforced()
  const { world } = run
  const during: unknown[] = []
  world.onLoad = () => during.push([world.standing, world.next])
  // somebody who is too quick
  const { kernel, safeguard } = world.ports
  const { load } = kernel
  kernel.load = async (script, signal) => {
    await load(script, signal)
    during.push(await safeguard.confirm())
  }
  run.commit('b', news)
  assert.is((await run.go('webhook')).outcome.type, 'converged')
  assert.equal(during, [['waiting', undefined], false])
  assert.is(world.lastGood?.revision.commit, 'b'.repeat(40))
})

test('arm() is told of the file of what is enforced, and what was kept is the file of what is saved', async () => {
  const run = await enforced({ probes: [tcpProbe], confirmTimeoutMs: 60_000, confirmAfterMs: 10_000 })
  const { world } = run
  for (const [letter, port] of [
    ['b', 8443],
    ['c', 9443],
  ] as const) {
    const armed: (PendingChange | undefined)[] = []
    world.onLoad = () => armed.push(world.armed)
    run.commit(letter, { ...first, 'policy.yaml': webPolicy(port) })
    assert.is((await run.go('webhook')).outcome.type, 'converged')
    assert.is.not(armed[0]?.previous.file, undefined, letter)
  }
  assert.equal(world.linked, [true, true, true])
})

test('arm() is told of what was read after a restart, and of no file where none was', async () => {
  const run = await enforced()
  const { world } = run
  run.restart()
  let armed: PendingChange | undefined
  world.onLoad = () => {
    armed ??= world.armed
  }
  run.commit('b', news)
  assert.is((await run.go('start')).outcome.type, 'converged')
  assert.is.not(armed?.previous.file, undefined, 'what was read after the start is known, too')
  armed = undefined
  world.lastGood = undefined
  run.restart()
  run.commit('c', { ...first, 'policy.yaml': webPolicy(9443) })
  assert.is((await run.go('start')).outcome.type, 'converged')
  assert.ok(armed !== undefined)
  assert.is((armed as PendingChange).previous.file, undefined)
})

test('changePolicy() takes back what it cannot keep', async () => {
  const run = await enforced()
  const { world } = run
  const before = world.lastGood?.script
  world.keepFault = new HostError('state-unwritable', 'no space left on the disk')
  run.commit('b', news)
  const { outcome } = await run.go('webhook')
  assert.equal(
    [outcome.type === 'reverted' && outcome.message, world.scripts.at(-1)],
    ['it could not be kept: no space left on the disk', before],
  )
  assert.is(world.setAside?.retryAt?.getTime(), 15 * 60_000)
})

test.run()
