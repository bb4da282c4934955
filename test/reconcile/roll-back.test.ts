import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { HostError } from '../../src/reconcile/host-error.ts'
import { chooseTarget } from '../../src/reconcile/roll-back.ts'
import { emptyRuleset } from '../../src/ruleset/ruleset.ts'
import { type CarefulRun, enforced, first } from '../fakes/careful-run.ts'
import { webPolicy } from '../fakes/policy-folder.ts'

const test = suite('rollBack')
const tcpProbe = { type: 'tcp', host: '192.0.2.1', port: 443 } as const
const a = 'a'.repeat(40)
const b = 'b'.repeat(40)

/** `aaa...`, then `bbb...`, then `bbc...`; the table of the first. */
async function three(
  apply: Parameters<typeof enforced>[0] = {},
): Promise<{ readonly run: CarefulRun; readonly oldest: CarefulRun['world']['live'] }> {
  const run = await enforced(apply)
  const oldest = run.world.live
  for (const [letter, port] of [
    ['b', 8443],
    ['c', 9443],
  ] as const) {
    run.commit(letter, { ...first, 'policy.yaml': webPolicy(port) })
    assert.is((await run.go('webhook')).outcome.type, 'converged')
  }
  return { run, oldest }
}

test('run() rolls back to the revision before, saves it as last good and holds it', async () => {
  const { run } = await three()
  run.world.fetchFault = new HostError('git-unreachable', 'no route')
  const { outcome, memory } = await run.rollBack()
  assert.is(outcome.type === 'converged' && outcome.revision.commit, b)
  assert.is(run.world.lastGood?.revision.commit, b)
  assert.equal([run.world.hold?.reason, run.world.hold?.until], ['rollback from cccccccccc', undefined])
  assert.equal([memory.enforced?.revision.commit, memory.policy, memory.compilation], [b, undefined, undefined])
  assert.ok(run.world.fetchFault, 'git was not asked')
})

test('run() goes on with what was rolled back to, also after a restart, and heals it', async () => {
  const { run, oldest } = await three()
  await run.rollBack('aaaa')
  assert.equal(run.world.live, oldest)
  for (const trigger of ['schedule', 'start', 'drift'] as const) {
    if (trigger === 'start') run.restart()
    run.world.live = trigger === 'schedule' ? run.world.live : emptyRuleset
    const { outcome } = await run.go(trigger)
    assert.is(outcome.type === 'converged' && outcome.revision.commit, a)
    assert.equal(run.world.live, oldest)
  }
})

test('run() takes back a rollback that breaks a probe, and holds nothing', async () => {
  const { run } = await three({ confirmTimeoutMs: 60_000, confirmAfterMs: 10_000, probes: [tcpProbe] })
  const before = run.world.live
  run.world.probe = () => (run.world.armed !== undefined ? 'refused' : undefined)
  const { outcome } = await run.rollBack()
  assert.is(outcome.type === 'reverted' && outcome.reason, 'probes')
  assert.equal([run.world.live, run.world.hold], [before, undefined])
  assert.is(run.world.setAside, undefined, 'no revision of the branch is blamed')
  assert.is(run.memory.enforced?.revision.commit, 'c'.repeat(40))
})

test('run() leaves a revision of the branch set aside, whatever a rollback leads to', async () => {
  const { run } = await three({ confirmTimeoutMs: 60_000, confirmAfterMs: 10_000, probes: [tcpProbe] })
  run.world.probe = () => (run.world.armed !== undefined ? 'refused' : undefined)
  run.commit('d', first)
  assert.is((await run.go('webhook')).outcome.type, 'reverted')
  const record = run.world.setAside
  assert.is(record?.commit, 'd'.repeat(40))
  run.world.probe = () => undefined
  assert.is((await run.rollBack()).outcome.type, 'converged')
  assert.equal(run.world.setAside, record)
})

test('run() asks the guards about a rollback: bare endpoints are read from the table', async () => {
  const run = await enforced()
  run.commit('b', { 'web.yaml': first['web.yaml'] })
  run.settings = { ...run.settings, allowed: ['bare-endpoint'] }
  assert.is((await run.go('webhook')).outcome.type, 'converged')
  run.commit('c', first)
  assert.is((await run.go('webhook')).outcome.type, 'converged')
  run.settings = { ...run.settings, allowed: [] }
  const { outcome } = await run.rollBack(b)
  assert.equal(outcome.type === 'refused' && outcome.reasons.map(({ guard }) => guard), ['bare-endpoint'])
  assert.is(run.world.hold, undefined)
  run.settings = { ...run.settings, allowed: ['bare-endpoint'] }
  assert.is((await run.rollBack(b)).outcome.type, 'converged')
})

test('run() does not let the trailers of an old commit speak for a rollback to it', async () => {
  const run = await enforced({ allowTrailers: true })
  run.world.allows = ['bare-endpoint']
  run.commit('b', { 'web.yaml': first['web.yaml'] })
  assert.is((await run.go('webhook')).outcome.type, 'converged')
  run.world.allows = []
  run.commit('c', first)
  await run.go('webhook')
  assert.is((await run.rollBack(b)).outcome.type, 'refused')
})

test('chooseTarget() takes the newest that is not enforced, or what was named; twice is there and back', async () => {
  const { run } = await three()
  const { store } = run.world.ports
  const choose = async (wanted?: string): Promise<string> => {
    const choice = await chooseTarget(store, wanted)
    return choice.type === 'chosen' ? choice.target.revision.commit.slice(0, 4) : choice.why
  }
  assert.equal([await choose(), await choose('AAAA'), await choose(b)], ['bbbb', 'aaaa', 'bbbb'])
  assert.is(
    await choose('dddd'),
    'the history has no revision dddd: cccccccccc (a change), bbbbbbbbbb (a change), aaaaaaaaaa (a change)',
  )
  await run.rollBack()
  assert.is(await choose(), 'cccc')
  run.world.history = run.world.history.slice(0, 1)
  assert.is(await choose(), 'the history has no good revision before this one')
  const [entry] = run.world.history
  assert.ok(entry)
  const twin = { ...entry, revision: { ...entry.revision, commit: `bbbb${'0'.repeat(36)}`, subject: '' } }
  run.world.history = [entry, twin]
  assert.is(await choose('bbbb'), 'bbbb may be any of these: bbbbbbbbbb (a change), bbbb000000')
})

test.run()
