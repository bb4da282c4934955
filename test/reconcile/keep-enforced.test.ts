import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { HostFacts } from '../../src/host/host-facts.ts'
import { beginHold } from '../../src/reconcile/hold.ts'
import { HostError } from '../../src/reconcile/host-error.ts'
import type { Outcome } from '../../src/reconcile/outcome.ts'
import { emptyRuleset } from '../../src/ruleset/ruleset.ts'
import { readHostFacts } from '../../src/validate/read-host-facts.ts'
import { type CarefulRun, enforced, first } from '../fakes/careful-run.ts'
import { webEndpoint, webPolicy } from '../fakes/policy-folder.ts'

const test = suite('keepEnforced')
const nameless = { ...first, 'web.yaml': webEndpoint.replace('interfaceName: eth0, ', '') }
const broken = { ...first, 'policy.yaml': 'kind: [' }
const b = 'b'.repeat(40)
const c = 'c'.repeat(40)

function hostWith(name: string): HostFacts {
  const text = `{"node": "web-1", "interfaces": [{"name": "${name}", "addresses": ["192.0.2.10/24"]}]}`
  const facts = readHostFacts({ path: 'facts.json', text }).value
  assert.ok(facts)
  return facts
}

/** Commit `bbb...` is enforced on eth4; the branch is at `ccc...`, which is not taken. */
async function behind(apply: Parameters<typeof enforced>[0] = {}): Promise<CarefulRun> {
  const run = await enforced(apply)
  run.world.facts = hostWith('eth4')
  run.commit('b', nameless)
  assert.is((await run.go('webhook')).outcome.type, 'converged')
  await beginHold(run.world.ports.store, { reason: 'an audit', at: new Date(0), until: undefined })
  run.commit('c', { ...nameless, 'policy.yaml': webPolicy(9443) })
  return run
}

function note({ outcome }: { readonly outcome: Outcome }): string | undefined {
  return outcome.type === 'converged' ? outcome.notes.find((text) => text.startsWith('kept as it is')) : outcome.type
}

function enforcedOn(run: CarefulRun): string | undefined {
  return /"(eth\d)"/.exec(run.world.lastGood?.script ?? '')?.[1]
}

test('run() under a hold knows the policy of a commit behind the tip after a restart, and follows the host', async () => {
  const run = await behind()
  run.world.clone = { [b]: nameless }
  run.restart()
  const { outcome, memory } = await run.go('start')
  assert.equal([outcome.type, memory.policy?.revision.commit, memory.tableOnly], ['converged', b, undefined])
  assert.ok(memory.compilation)
  assert.equal(run.world.recalls, ['history'])
  run.world.facts = hostWith('eth5')
  await run.go('interfaces')
  assert.equal([enforcedOn(run), run.world.recalls.length], ['eth5', 1])
})

test('run() takes what the host became while no agent ran for a change like any other', async () => {
  const run = await behind({ probes: [{ type: 'tcp', host: '192.0.2.1', port: 443 }], confirmAfterMs: 10_000 })
  run.world.clone = { [b]: nameless }
  run.world.facts = hostWith('eth5')
  run.restart()
  const before = run.world.pending.length
  const { outcome } = await run.go('start')
  assert.equal([outcome.type, enforcedOn(run)], ['converged', 'eth5'])
  assert.ok(run.world.pending.length > before, 'it waited for its probes')
})

test('run() keeps the table when such a change is taken back, once, and blames no commit', async () => {
  const run = await behind({
    probes: [{ type: 'tcp', host: '192.0.2.1', port: 443 }],
    confirmTimeoutMs: 60_000,
    confirmAfterMs: 10_000,
  })
  run.world.clone = { [b]: nameless }
  run.world.facts = hostWith('eth5')
  run.restart()
  run.world.probe = () => (run.world.armed === undefined ? undefined : 'refused')
  const { outcome, revert } = await run.go('start')
  assert.equal([outcome.type, revert?.commit, revert?.reason], ['reverted', b, 'probes'])
  assert.equal([run.world.setAside, enforcedOn(run)], [undefined, 'eth4'])
  run.world.probe = () => undefined
  const again = await run.go('schedule')
  assert.match(note(again) ?? '', /applied and taken back$/)
  assert.is(enforcedOn(run), 'eth4')
  assert.is(note(await run.go('insist')), undefined)
  assert.is(enforcedOn(run), 'eth5')
})

const unknown: readonly (readonly [why: RegExp, prepare: (run: CarefulRun) => void])[] = [
  [/: the repository does not have the commit$/, () => {}],
  [
    /: this version of rampart finds errors in its policy$/,
    ({ world }) => {
      world.clone = { [b]: broken }
    },
  ],
  [
    /: the server does not answer$/,
    ({ world }) => {
      const recall = () => Promise.reject(new HostError('git-unreachable', 'the server does not answer'))
      Object.assign(world, { ports: { ...world.ports, source: { ...world.ports.source, recall } } })
    },
  ],
]

for (const [why, prepare] of unknown) {
  test(`run() heals the table alone where nothing else is known, and says ${why.source}`, async () => {
    const run = await behind()
    const before = run.world.live
    run.restart()
    prepare(run)
    run.world.live = emptyRuleset
    run.world.facts = hostWith('eth5')
    const report = await run.go('start')
    assert.match(note(report) ?? '', why)
    assert.match(report.memory.tableOnly ?? '', new RegExp(why.source.slice(2)))
    assert.equal([run.world.live, report.drift.length > 0], [before, true])
  })
}

test('run() asks no server for the commit when none answered the fetch', async () => {
  const run = await behind()
  run.restart()
  run.world.fetchFault = new HostError('git-unreachable', 'no route')
  await run.go('start')
  assert.equal(run.world.recalls, ['clone'])
})

test('run() follows the host also where the tip is refused after a restart', async () => {
  const run = await behind()
  await run.world.ports.store.saveHold(undefined)
  run.commit('c', broken)
  run.world.clone = { [b]: nameless }
  run.world.facts = hostWith('eth5')
  run.restart()
  const { outcome, memory } = await run.go('start')
  assert.equal([outcome.type, memory.policy?.revision.commit, enforcedOn(run)], ['invalid', b, 'eth5'])
})

test('run() rolls back to what the policy becomes on the host as it is now', async () => {
  const run = await behind()
  await run.world.ports.store.saveHold(undefined)
  assert.is((await run.go('webhook')).memory.enforced?.revision.commit, c)
  run.world.facts = hostWith('eth6')
  run.world.clone = { [b]: nameless }
  const report = await run.rollBack(b)
  assert.equal([report.outcome.type, note(report), enforcedOn(run)], ['converged', undefined, 'eth6'])
  assert.equal([report.memory.policy?.revision.commit, run.world.recalls], [b, ['clone']])
})

test('run() rolls back to the table of the history where the policy is not known, and says so', async () => {
  const run = await behind()
  await run.world.ports.store.saveHold(undefined)
  await run.go('webhook')
  run.world.facts = hostWith('eth6')
  const report = await run.rollBack(b)
  assert.equal([report.outcome.type, enforcedOn(run)], ['converged', 'eth4'])
  assert.match(note(report) ?? '', 'the repository does not have the commit')
})

test.run()
