import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { HostError } from '../../src/reconcile/host-error.ts'
import { run as runOnce } from '../../src/reconcile/run.ts'
import { enforced, first } from '../fakes/careful-run.ts'
import { webPolicy } from '../fakes/policy-folder.ts'

const test = suite('changePolicy')
const tcpProbe = { type: 'tcp', host: '192.0.2.1', port: 443 } as const
const dnsProbe = { type: 'dns', name: 'git.example.org' } as const
const timing = { confirmTimeoutMs: 60_000, confirmAfterMs: 10_000 }
const news = { ...first, 'policy.yaml': webPolicy(8443) }
const otherNews = { ...first, 'policy.yaml': webPolicy(9443) }

test('changePolicy() asks probes before and after, and confirms when they have held for long enough', async () => {
  const run = await enforced({ ...timing, probes: [tcpProbe] })
  const { world } = run
  let askedBefore = 0
  world.probe = () => {
    if (world.armed === undefined) askedBefore++
    return undefined
  }
  run.commit('b', news)
  const { outcome } = await run.go('webhook')
  assert.is(outcome.type === 'converged' && outcome.revision.commit, world.commit)
  assert.is(askedBefore, 1)
  assert.ok(world.nowMs >= 10_000 && world.nowMs < 60_000, `${world.nowMs} ms`)
  assert.equal([world.standing, world.armed], ['confirmed', undefined])
  assert.is(world.lastGood?.revision.commit, world.commit)
})

test('changePolicy() saves nothing as last good while the change waits', async () => {
  const run = await enforced({ ...timing, probes: [tcpProbe] })
  const { world } = run
  const saved = new Set<string | undefined>()
  world.onSleep = () => saved.add(world.lastGood?.revision.commit)
  run.commit('b', news)
  await run.go('webhook')
  assert.equal([...saved], ['a'.repeat(40)])
})

test('changePolicy() takes back what makes a probe fail until the timeout, and loads the whole table of before', async () => {
  const run = await enforced({ ...timing, probes: [tcpProbe, dnsProbe] })
  const { world } = run
  const before = world.lastGood?.script
  world.probe = (name) => (world.armed !== undefined && name.startsWith('tcp') ? 'refused' : undefined)
  run.commit('b', news)
  const { outcome, revert, memory } = await run.go('webhook')
  assert.equal(
    [outcome.type, outcome.type === 'reverted' && outcome.message],
    ['reverted', 'worked before, and went on failing: tcp 192.0.2.1:443 (refused)'],
  )
  assert.equal(
    [revert?.reason, memory.enforced?.revision.commit, world.scripts.at(-1)],
    ['probes', 'a'.repeat(40), before],
  )
  assert.equal([world.setAside?.commit, world.setAside?.retryAt], [world.commit, undefined])
  assert.ok(world.nowMs >= 60_000)
  assert.equal(world.pending.at(-1), undefined)
  assert.ok(world.pending.some((pending) => pending?.failing[0] === 'tcp 192.0.2.1:443 (refused)'))
})

test('changePolicy() forgives a probe that comes back in time', async () => {
  const run = await enforced({ ...timing, probes: [tcpProbe] })
  const { world } = run
  world.probe = () => (world.armed !== undefined && world.nowMs < 20_000 ? 'refused' : undefined)
  run.commit('b', news)
  assert.is((await run.go('webhook')).outcome.type, 'converged')
  assert.ok(world.nowMs >= 30_000, 'it must hold from when it came back')
})

test('changePolicy() does not ask a probe that failed before, and says so', async () => {
  const run = await enforced({ ...timing, probes: [tcpProbe, dnsProbe] })
  const { world } = run
  world.probe = (name) => (name.startsWith('tcp') ? 'no route' : undefined)
  run.commit('b', news)
  const { outcome } = await run.go('webhook')
  assert.equal(outcome.type === 'converged' && outcome.notes, [
    'not asked, since it failed before the change: tcp 192.0.2.1:443 (no route)',
  ])
  assert.is(world.probed.filter((name) => name.startsWith('tcp')).length, 1)
})

test('changePolicy() tries once more after 15 minutes what fails under the old policy as well', async () => {
  const run = await enforced({ ...timing, probes: [tcpProbe] })
  const { world } = run
  let isDown = false
  world.probe = () => (isDown ? 'refused' : undefined)
  world.ports.safeguard.arm = async (change) => {
    isDown = true
    world.armed = change
    world.standing = 'waiting'
  }
  run.commit('b', news)
  assert.is((await run.go('webhook')).outcome.type, 'reverted')
  const retryAt = world.setAside?.retryAt?.getTime() ?? 0
  assert.is(retryAt - (world.setAside?.at.getTime() ?? 0), 15 * 60_000)
  isDown = false
  assert.is((await run.go('schedule')).outcome.type, 'refused')
  world.nowMs = retryAt
  assert.is((await run.go('schedule')).outcome.type, 'reverted')
  assert.equal([world.setAside?.retryAt, world.setAside?.retries], [undefined, 1])
  world.nowMs += 15 * 60_000
  assert.is((await run.go('schedule')).outcome.type, 'refused', 'there is no third time')
})

test('changePolicy() takes back what nobody confirms, and keeps what somebody does', async () => {
  const run = await enforced({ ...timing, probes: [], requireConfirm: true })
  const { world } = run
  run.commit('b', news)
  const { outcome } = await run.go('webhook')
  assert.equal([outcome.type === 'reverted' && outcome.reason, world.nowMs >= 60_000], ['unconfirmed', true])
  run.commit('c', otherNews)
  const startMs = world.nowMs
  world.onSleep = () => {
    if (world.nowMs - startMs > 5_000 && world.standing === 'waiting') world.standing = 'confirmed'
  }
  assert.is((await run.go('webhook')).outcome.type, 'converged')
  assert.ok(world.nowMs - startMs < 10_000)
  assert.is(world.setAside, undefined)
})

test('changePolicy() takes what the script claimed as its own: no drift, no second try', async () => {
  const run = await enforced({ ...timing, probes: [tcpProbe] })
  const { world } = run
  const before = world.live
  run.commit('b', news)
  world.onSleep = () => {
    if (world.standing === 'waiting') {
      world.standing = 'claimed'
      world.live = before
    }
  }
  const { outcome } = await run.go('webhook')
  assert.is(outcome.type === 'reverted' && outcome.reason, 'unconfirmed')
  const again = await run.go('sync')
  assert.equal([again.outcome.type, again.drift], ['refused', []])
})

test('changePolicy() changes nothing when it is stopped while it asks, and stays armed when it is stopped while it waits', async () => {
  for (const [when, stage, standing] of [
    ['before', 'probe', 'confirmed'],
    ['after', 'confirm', 'waiting'],
  ] as const) {
    const run = await enforced({ ...timing, probes: [tcpProbe] })
    const { world } = run
    const stopping = new AbortController()
    world.probe = () => {
      if ((world.armed === undefined) === (when === 'before')) stopping.abort()
      return undefined
    }
    run.commit('b', news)
    const request = { triggers: ['webhook'], memory: run.memory, signal: stopping.signal } as const
    const { outcome } = await runOnce(world.ports, run.settings, request)
    assert.equal([outcome.type === 'failed' && outcome.stage, world.standing], [stage, standing])
    assert.equal(
      [outcome.type === 'failed' && outcome.error.code, world.scripts.length],
      ['aborted', when === 'before' ? 1 : 2],
    )
  }
})

test('changePolicy() does not touch the kernel when nobody would take the change back', async () => {
  const run = await enforced()
  const { world } = run
  run.commit('b', news)
  world.armFault = new HostError('revert-unarmed', 'no script')
  const { outcome } = await run.go('webhook')
  assert.equal([outcome.type === 'failed' && outcome.stage, world.scripts.length], ['arm', 1])
  assert.is((await run.go('retry')).outcome.type, 'converged')
})

test('changePolicy() disarms when nft refuses, and stays armed when nobody knows how far it came', async () => {
  for (const [code, standing] of [
    ['nft-permission', 'confirmed'],
    ['command-failed', 'waiting'],
    ['aborted', 'waiting'],
  ] as const) {
    const run = await enforced()
    run.commit('b', news)
    run.world.loadFault = new HostError(code, 'no')
    const { outcome } = await run.go('webhook')
    assert.equal([outcome.type === 'failed' && outcome.stage, run.world.standing], ['apply', standing], code)
  }
})

test('changePolicy() protects neither a repair nor the same policy on a changed host', async () => {
  const run = await enforced({ ...timing, probes: [tcpProbe] })
  const { world } = run
  world.live = undefined
  assert.is((await run.go('drift')).outcome.type, 'converged')
  const address = { family: 4, value: 0xc000020an } as const
  const network = { family: 4, base: 0xc0000200n, prefix: 24 } as never
  world.facts = {
    node: 'web-1',
    interfaces: [{ name: 'eth1', addresses: [{ address, network }], up: true, master: undefined }],
  }
  assert.is((await run.go('interfaces')).outcome.type, 'converged')
  assert.equal([world.probed, world.nowMs], [[], 0])
})

test('changePolicy() compares before it protects: what the kernel holds already is only saved', async () => {
  const run = await enforced({ ...timing, probes: [tcpProbe] })
  const { world } = run
  const old = world.lastGood
  run.commit('b', news)
  await run.go('webhook')
  world.lastGood = old
  world.probed.length = 0
  run.restart()
  const { outcome } = await run.go('start')
  assert.equal([outcome.type === 'converged' && outcome.changes, world.probed], [0, []])
  assert.is(world.lastGood?.revision.commit, world.commit)
})

test.run()
