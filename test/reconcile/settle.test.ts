import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { HostError } from '../../src/reconcile/host-error.ts'
import type { LeftUnconfirmed, PendingChange } from '../../src/reconcile/ports.ts'
import { type CarefulRun, enforced, first } from '../fakes/careful-run.ts'
import { webPolicy } from '../fakes/policy-folder.ts'

const test = suite('settle')
const revision = { commit: 'b'.repeat(40), committedAt: new Date(0), subject: 'b', allows: [] }

/** The process ended while commit `bbb...` was waiting; the kernel holds it. */
async function ended(
  state: LeftUnconfirmed['state'],
  concerns: LeftUnconfirmed['concerns'] = 'tip',
): Promise<CarefulRun> {
  const run = await enforced()
  const { world } = run
  const previous = { revision: world.lastGood?.revision, script: world.lastGood?.script ?? '' }
  const before = world.live
  run.commit('b', { ...first, 'policy.yaml': webPolicy(8443) })
  await run.go('webhook')
  if (state === 'undone') world.live = before
  world.setAside = undefined
  world.lastGood = { revision: { ...revision, commit: 'a'.repeat(40) }, script: previous.script }
  world.leftover = { state, revision, previous, concerns }
  world.standing = state === 'waiting' ? 'waiting' : 'claimed'
  world.scripts.length = 0
  run.restart()
  return run
}

for (const [state, cause, loads] of [
  ['waiting', 'interrupted', 1],
  ['claimed', 'abandoned', 1],
  ['undone', 'abandoned', 0],
] as const) {
  test(`settle() goes back first when it finds a change that is ${state}, and does not take it again`, async () => {
    const run = await ended(state)
    const { world } = run
    const { outcome, revert, drift } = await run.go('start')
    assert.equal([outcome.type, revert?.reason, world.scripts.length], ['refused', cause, loads])
    assert.equal([world.setAside?.commit, world.setAside?.cause], [revision.commit, cause])
    assert.equal([world.leftover, drift], [undefined, []])
    assert.is(run.memory.enforced?.revision.commit, 'a'.repeat(40))
    assert.is((await run.go('drift')).drift.length, 0)
    assert.is((await run.go('insist')).outcome.type, 'converged')
  })
}

test('settle() lets a change be tried once more that was merely interrupted', async () => {
  const run = await ended('waiting')
  await run.go('start')
  assert.is(run.world.setAside?.retryAt?.getTime(), 15 * 60_000)
  run.world.nowMs = 15 * 60_000
  assert.is((await run.go('retry')).outcome.type, 'converged')
  assert.is(run.world.setAside, undefined)
})

test('settle() blames no revision of the branch for what a person had asked for', async () => {
  const run = await ended('undone', 'other')
  const { world } = run
  const bad = 'c'.repeat(40)
  const record = {
    commit: bad,
    at: new Date(0),
    cause: 'probes',
    message: 'bad',
    retryAt: undefined,
    retries: 0,
  } as const
  world.setAside = record
  run.commit('c', { ...first, 'policy.yaml': webPolicy(9443) })
  const { outcome, revert } = await run.go('start')
  assert.equal([outcome.type, revert?.reason, world.setAside], ['refused', 'abandoned', record])
  assert.equal([world.leftover, run.memory.enforced?.revision.commit], [undefined, 'a'.repeat(40)])
})

test('settle() takes a newer tip at once', async () => {
  const run = await ended('undone')
  run.commit('c', { ...first, 'policy.yaml': webPolicy(9443) })
  const { outcome, revert } = await run.go('start')
  assert.equal([outcome.type, revert?.reason, run.world.setAside], ['converged', 'abandoned', undefined])
})

test('settle() returns to the last good policy when what it should return to is damaged', async () => {
  const run = await ended('waiting')
  const { world } = run
  world.loadFault = new HostError('nft-refused', 'syntax error')
  const { outcome } = await run.go('schedule')
  assert.is(outcome.type, 'refused')
  assert.is(run.memory.enforced?.revision.commit, 'a'.repeat(40))
  assert.equal((await run.go('drift')).drift, [])
})

test('settle() tries again when the kernel could not be reached', async () => {
  const run = await ended('claimed')
  run.world.loadFault = new HostError('nft-missing', 'no nft')
  const { outcome } = await run.go('start')
  assert.equal([outcome.type === 'failed' && outcome.stage, run.world.leftover?.state], ['revert', 'claimed'])
  assert.is((await run.go('retry')).revert?.reason, 'abandoned')
})

for (const isSetAside of [false, true]) {
  test(`settle() saves what was confirmed when nobody lived to, without git${isSetAside ? ', though it was once set aside' : ''}`, async () => {
    const run = await enforced()
    const { world } = run
    run.commit('b', { ...first, 'policy.yaml': webPolicy(8443) })
    await run.go('webhook')
    const confirmed = world.live
    const next = world.lastGood
    assert.is(next?.revision.commit, revision.commit)
    world.lastGood = world.history.find(({ revision: { commit } }) => commit === 'a'.repeat(40))
    world.leftover = next && { state: 'confirmed', next, hold: undefined }
    const record = { at: new Date(0), cause: 'probes', message: '', retryAt: undefined, retries: 1 } as const
    world.setAside = { ...record, commit: (isSetAside ? 'b' : 'd').repeat(40) }
    run.restart()
    world.fetchFault = new HostError('git-unreachable', 'nobody listens there')
    const { outcome, revert } = await run.go('start')
    assert.equal([outcome.type, revert], ['failed', undefined])
    assert.equal([world.live, world.lastGood, world.leftover], [confirmed, next, undefined])
    assert.is(world.setAside === undefined, isSetAside, 'what is said of another commit stays')
    const later = await run.go('retry')
    assert.equal([later.outcome.type, later.memory.enforced?.revision.commit], ['converged', revision.commit])
  })
}

test('settle() tries again to save what was confirmed, and enforces it meanwhile', async () => {
  const run = await enforced()
  const { world } = run
  run.commit('b', { ...first, 'policy.yaml': webPolicy(8443) })
  await run.go('webhook')
  const next = world.lastGood
  world.lastGood = undefined
  world.leftover = next && { state: 'confirmed', next, hold: undefined }
  run.restart()
  world.saveFault = new HostError('state-unwritable', 'no space left on the disk')
  const { outcome, memory } = await run.go('start')
  assert.equal([outcome.type === 'failed' && outcome.stage, world.leftover?.state], ['save', 'confirmed'])
  assert.is(memory.enforced?.revision.commit, revision.commit)
  assert.equal([(await run.go('retry')).outcome.type, world.lastGood, world.leftover], ['converged', next, undefined])
})

test('settle() begins the hold of a rollback that was confirmed: the branch is not taken again', async () => {
  const run = await enforced({ requireConfirm: true })
  const { world } = run
  run.commit('b', { ...first, 'policy.yaml': webPolicy(8443) })
  world.onSleep = () => void world.ports.safeguard.confirm()
  assert.is((await run.go('webhook')).outcome.type, 'converged')
  let armed: PendingChange | undefined
  world.onSleep = () => {
    armed = world.armed
    // the last word of this process
    world.saveFault = new HostError('state-unwritable', 'it was killed')
    void world.ports.safeguard.confirm()
  }
  assert.is((await run.rollBack()).outcome.type, 'failed')
  assert.ok(armed)
  assert.equal([world.hold, armed.hold?.reason], [undefined, 'rollback from bbbbbbbbbb'])
  world.leftover = { state: 'confirmed', next: { ...armed, script: armed.script() }, hold: armed.hold }
  run.restart()
  const { outcome } = await run.go('start')
  assert.equal([outcome.type === 'converged' && outcome.revision.commit, world.hold], ['a'.repeat(40), armed.hold])
})

test.run()
