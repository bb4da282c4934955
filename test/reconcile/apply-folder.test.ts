import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { beginHold, endHold } from '../../src/reconcile/hold.ts'
import { type RunReport, run } from '../../src/reconcile/run.ts'
import { emptyRuleset } from '../../src/ruleset/ruleset.ts'
import { type CarefulRun, enforced, first } from '../fakes/careful-run.ts'
import { webPolicy, webTest } from '../fakes/policy-folder.ts'
import { revisionFiles } from '../fakes/revision-files.ts'

const test = suite('applyFolder')
const a = 'a'.repeat(40)
const folder = { ...first, 'policy.yaml': webPolicy(9443) }
const tcpProbe = { type: 'tcp', host: '192.0.2.1', port: 443 } as const

async function held(apply: Parameters<typeof enforced>[0] = {}): Promise<CarefulRun> {
  const careful = await enforced(apply)
  await beginHold(careful.world.ports.store, { reason: 'an audit', at: new Date(0), until: undefined })
  return careful
}

async function applyTo(careful: CarefulRun, files: Readonly<Record<string, string>>): Promise<RunReport> {
  const order = { type: 'apply', files: revisionFiles('x', files, []).files } as const
  const request = { triggers: ['apply'], memory: careful.memory, signal: new AbortController().signal, order } as const
  const report = await run(careful.world.ports, careful.settings, request)
  careful.memory = report.memory
  return report
}

test('run() enforces a folder under a hold, and holds it: it is healed, and no tip is taken', async () => {
  const careful = await held()
  const { world } = careful
  const { outcome } = await applyTo(careful, folder)
  assert.is(outcome.type === 'converged' && outcome.revision.commit, 'directory')
  assert.match(outcome.type === 'converged' ? (outcome.notes.at(-1) ?? '') : '', ': an audit')
  assert.is(world.lastGood?.revision.commit, 'directory')
  const applied = world.live
  careful.commit('b', { ...first, 'policy.yaml': webPolicy(8443) })
  for (const trigger of ['drift', 'webhook', 'start'] as const) {
    if (trigger === 'start') careful.restart()
    if (trigger !== 'webhook') world.live = emptyRuleset
    await careful.go(trigger)
    assert.equal([world.live, careful.memory.enforced?.revision.commit], [applied, 'directory'], trigger)
  }
  assert.is(careful.memory.tableOnly, 'it was a folder as it was at that time')
})

test('run() judges the tip after a hold by the last commit, not by the folder that came after it', async () => {
  const careful = await held()
  await applyTo(careful, folder)
  await endHold(careful.world.ports.store)
  careful.commit('b', { ...first, 'policy.yaml': webPolicy(8443) })
  assert.is((await careful.go('resume')).outcome.type, 'converged')
  assert.equal(careful.world.bases.at(-1), a)
  assert.is(careful.memory.enforced?.revision.commit, 'b'.repeat(40))
})

test('run() refuses a folder that nothing would hold, and changes nothing', async () => {
  const careful = await enforced()
  const before = careful.world.live
  const { outcome } = await applyTo(careful, folder)
  assert.equal(outcome.type === 'refused' && outcome.reasons.map(({ guard }) => guard), ['not-held'])
  assert.equal([careful.world.live, careful.memory.enforced?.revision.commit], [before, a])
})

test('run() keeps what is held when the folder is no valid policy, or a guard objects', async () => {
  const careful = await held()
  const before = careful.world.live
  assert.is((await applyTo(careful, { ...first, 'policy.yaml': 'kind: [' })).outcome.type, 'invalid')
  const bare = { 'web.yaml': first['web.yaml'] }
  assert.is((await applyTo(careful, bare)).outcome.type, 'refused')
  assert.equal([careful.world.live, careful.memory.enforced?.revision.commit], [before, a])
  careful.settings = { ...careful.settings, allowed: ['bare-endpoint', 'mass-removal'] }
  assert.is((await applyTo(careful, bare)).outcome.type, 'converged')
})

test('run() holds a folder to its own tests', async () => {
  const careful = await held()
  const before = careful.world.live
  const { outcome } = await applyTo(careful, { ...folder, 'test.yaml': webTest(1) })
  assert.is(outcome.type === 'invalid' && outcome.diagnostics[0]?.code, 'test-failed')
  assert.equal([careful.world.live, careful.memory.enforced?.revision.commit], [before, a])
  assert.is((await applyTo(careful, { ...folder, 'test.yaml': webTest(9443) })).outcome.type, 'converged')
})

test('run() takes a folder back that breaks a probe, and blames no commit', async () => {
  const careful = await held({ probes: [tcpProbe], confirmTimeoutMs: 60_000, confirmAfterMs: 10_000 })
  const { world } = careful
  const before = world.live
  world.probe = () => (world.armed === undefined ? undefined : 'refused')
  const { outcome } = await applyTo(careful, folder)
  assert.is(outcome.type === 'reverted' && outcome.reason, 'probes')
  assert.equal([world.live, world.setAside, world.hold?.reason], [before, undefined, 'an audit'])
  assert.is(careful.memory.enforced?.revision.commit, a)
})

test.run()
