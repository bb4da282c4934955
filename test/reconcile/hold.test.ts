import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { HostFacts } from '../../src/host/host-facts.ts'
import { beginHold, endHold } from '../../src/reconcile/hold.ts'
import { HostError } from '../../src/reconcile/host-error.ts'
import type { Outcome } from '../../src/reconcile/outcome.ts'
import { emptyRuleset } from '../../src/ruleset/ruleset.ts'
import { readHostFacts } from '../../src/validate/read-host-facts.ts'
import { type CarefulRun, enforced, first } from '../fakes/careful-run.ts'
import { webEndpoint, webPolicy } from '../fakes/policy-folder.ts'
import { createWorld } from '../fakes/run-ports.ts'

const test = suite('hold')
const news = { ...first, 'policy.yaml': webPolicy(8443) }
const a = 'a'.repeat(40)
const b = 'b'.repeat(40)

async function held(until?: Date): Promise<CarefulRun> {
  const run = await enforced()
  assert.ok(await beginHold(run.world.ports.store, { reason: 'an audit', at: new Date(0), until }))
  run.commit('b', news)
  return run
}

/** The commit it is in sync with, and what it tells. */
function told(outcome: Outcome): readonly string[] {
  return outcome.type === 'converged' ? [outcome.revision.commit, ...outcome.notes] : [outcome.type]
}

test('run() under a hold takes no newer tip, and says what it does not take', async () => {
  const run = await held()
  const { outcome, memory, hold } = await run.go('webhook')
  assert.equal(told(outcome), [a, 'held since 1970-01-01T00:00:00.000Z: an audit', 'not taken: bbbbbbbbbb a change'])
  assert.equal(
    [hold !== 'unasked' && hold?.reason, memory.newest?.commit, run.world.lastGood?.revision.commit],
    ['an audit', b, a],
  )
})

test('run() under a hold heals drift, also after a restart and while git is dead', async () => {
  const run = await held()
  const before = run.world.live
  for (const restarts of [false, true]) {
    if (restarts) run.restart()
    run.world.live = emptyRuleset
    run.world.fetchFault = new HostError('git-unreachable', 'no route')
    const { outcome, drift } = await run.go('sync')
    assert.equal(told(outcome).slice(0, 3), [
      a,
      'held since 1970-01-01T00:00:00.000Z: an audit',
      'the repository could not be asked: fetch: no route',
    ])
    assert.ok(drift.length > 0)
    assert.equal(run.world.live, before)
  }
})

test('run() under a hold follows changes of the host, after a restart too where the tip is what is held', async () => {
  const run = await held()
  const nameless = { ...first, 'web.yaml': webEndpoint.replace('interfaceName: eth0, ', '') }
  const { store } = run.world.ports
  await endHold(store)
  run.world.facts = hostWith('eth4')
  run.commit('b', nameless)
  await run.go('webhook')
  await beginHold(store, { reason: 'an audit', at: new Date(0), until: undefined })
  for (const name of ['eth5', 'eth6']) {
    if (name === 'eth6') run.restart()
    run.world.facts = hostWith(name)
    assert.is(told((await run.go(name === 'eth6' ? 'start' : 'interfaces')).outcome)[0], b)
    assert.match(run.world.lastGood?.script ?? '', `"${name}"`)
    assert.is(run.world.history.length, 2, 'each commit once')
  }
})

function hostWith(name: string): HostFacts {
  const text = `{"node": "web-1", "interfaces": [{"name": "${name}", "addresses": ["192.0.2.10/24"]}]}`
  const facts = readHostFacts({ path: 'facts.json', text }).value
  if (facts === undefined) throw new Error('these facts are not read')
  return facts
}

test('run() ends a hold whose time is over and takes the tip', async () => {
  const run = await held(new Date(60_000))
  run.world.nowMs = 59_999
  assert.is(told((await run.go('schedule')).outcome)[0], a)
  run.world.nowMs = 60_000
  const { outcome, hold } = await run.go('resume')
  assert.equal([told(outcome), run.world.hold, hold], [[b], undefined, undefined])
})

test('run() takes the tip after the end of a hold', async () => {
  const run = await held()
  await run.go('schedule')
  assert.ok(await endHold(run.world.ports.store))
  assert.equal(told((await run.go('resume')).outcome), [b])
  assert.not(await endHold(run.world.ports.store))
})

test('run() does not take a tip that was fetched before somebody began to hold', async () => {
  const run = await enforced()
  run.commit('b', news)
  const { source, store } = run.world.ports
  const ports = {
    ...run.world.ports,
    source: {
      async fetch(signal: AbortSignal) {
        const tip = await source.fetch(signal)
        await beginHold(store, { reason: 'in the last moment', at: new Date(0), until: undefined })
        return tip
      },
    },
  }
  Object.assign(run.world, { ports })
  assert.is(told((await run.go('webhook')).outcome)[0], a)
})

test('run() brings back what is held from the history when last-good.nft is lost', async () => {
  const run = await held()
  const before = run.world.live
  Object.assign(run.world, { lastGood: undefined, live: undefined })
  run.restart()
  assert.is(told((await run.go('start')).outcome)[0], a)
  assert.equal(run.world.live, before)
})

test('run() takes the tip where a hold has nothing to keep', async () => {
  const world = createWorld({ files: first })
  assert.not(await beginHold(world.ports.store, { reason: 'too early', at: new Date(0), until: undefined }))
  const run = await held()
  Object.assign(run.world, { lastGood: undefined, history: [], live: undefined })
  run.restart()
  assert.equal(told((await run.go('start')).outcome), [b])
})

test.run()
