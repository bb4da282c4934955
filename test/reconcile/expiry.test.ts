import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { HostError } from '../../src/reconcile/host-error.ts'
import { run } from '../../src/reconcile/run.ts'
import { emptyRuleset } from '../../src/ruleset/ruleset.ts'
import { timeLimits } from '../../src/ruleset/time-limits.ts'
import { type CarefulRun, enforced, first } from '../fakes/careful-run.ts'
import { webPolicy } from '../fakes/policy-folder.ts'

const test = suite('reconcile: expiry')
const endMs = 3_600_000
const end = new Date(endMs).toISOString()
const rules = ['GlobalNetworkPolicy/web ingress[0]']

/** Its first rule expires after an hour. */
function policyUntil(port: number): string {
  const annotated = `, metadata: {annotations: {rampart/expires: "${end}"}}}`
  return webPolicy(port).replace(/(ports: \[\d+\]\})\}/, `$1${annotated}`)
}
const limited = { ...first, 'policy.yaml': policyUntil(443) }

const liveOf = ({ world }: CarefulRun) => world.live ?? emptyRuleset

async function expiring(): Promise<CarefulRun> {
  const careful = await enforced()
  careful.commit('b', limited)
  assert.is((await careful.go('schedule')).outcome.type, 'converged')
  assert.is(timeLimits(liveOf(careful)).length, 1)
  return careful
}

test('run() changes nothing before the moment, and asks the kernel nothing', async () => {
  const careful = await expiring()
  const { scripts, reads } = { scripts: careful.world.scripts.length, reads: careful.world.reads }
  careful.world.nowMs = endMs - 1
  const { expired } = await careful.go('schedule')
  assert.equal([expired, careful.world.scripts.length, careful.world.reads], [[], scripts, reads])
})

for (const trigger of ['drift', 'schedule'] as const) {
  test(`run() on ${trigger} clears away what has expired, as no drift, and saves it`, async () => {
    const careful = await expiring()
    careful.world.nowMs = endMs
    const { outcome, drift, expired } = await careful.go(trigger)
    assert.equal([outcome.type, drift, expired], ['converged', [], rules])
    assert.is(timeLimits(liveOf(careful)).length, 0)
    assert.not.match(careful.world.lastGood?.script ?? '', 'meta time')
    assert.equal((await careful.go(trigger)).expired, [])
  })
}

test('run() on drift does so while git cannot be reached, guards and probes are not asked, and nothing is armed', async () => {
  const careful = await expiring()
  careful.world.fetchFault = new HostError('git-unreachable', 'no')
  careful.world.probe = () => 'no answer'
  careful.world.nowMs = endMs
  const probed = careful.world.probed.length
  assert.equal((await careful.go('drift')).expired, rules)
  assert.equal([careful.world.probed.length, careful.world.armed], [probed, undefined])
})

test('run() after a restart clears away what expired meanwhile, with git and without, as no drift and no news', async () => {
  for (const fault of [undefined, new HostError('git-unreachable', 'no')]) {
    const careful = await expiring()
    careful.restart()
    careful.world.nowMs = endMs + 1
    careful.world.fetchFault = fault
    // another policy would be probed
    careful.world.probe = () => 'no answer'
    const probed = careful.world.probed.length
    const { outcome, drift, expired } = await careful.go('start')
    assert.is(outcome.type, fault === undefined ? 'converged' : 'failed')
    assert.equal([drift, expired, careful.world.probed.length], [[], rules, probed])
    assert.is(timeLimits(liveOf(careful)).length, 0)
  }
})

test('run() under a hold ends what expires all the same', async () => {
  const careful = await expiring()
  careful.world.hold = { reason: 'audit', at: new Date(0), until: undefined }
  careful.commit('c', { ...first, 'policy.yaml': webPolicy(8443) })
  careful.world.nowMs = endMs
  assert.equal((await careful.go('schedule')).expired, rules)
  assert.is(careful.memory.enforced?.revision.commit, 'b'.repeat(40))
})

test('run() of a rollback to a table that is half expired, and after it, opens nothing again', async () => {
  const careful = await expiring()
  careful.commit('c', { ...first, 'policy.yaml': webPolicy(8443) })
  await careful.go('schedule')
  careful.world.nowMs = endMs
  assert.is((await careful.rollBack()).outcome.type, 'converged')
  // the kernel ends it; the run after clears it away
  assert.equal((await careful.go('drift')).expired, rules)
  assert.is(timeLimits(liveOf(careful)).length, 0)
})

test('run() follows the clock when it is set back: what had expired counts again', async () => {
  const careful = await expiring()
  careful.world.nowMs = endMs
  await careful.go('drift')
  careful.world.nowMs = endMs - 1
  const { outcome, drift } = await careful.go('schedule')
  assert.equal([outcome.type, drift], ['converged', []])
  assert.is(timeLimits(liveOf(careful)).length, 1)
})

test('run() that waited for git goes on from what a repair beside it has cleared away', async () => {
  const careful = await expiring()
  const before = careful.memory
  careful.world.nowMs = endMs
  const repaired = (await careful.go('drift')).memory
  careful.commit('c', { ...first, 'policy.yaml': webPolicy(8443) })
  const signal = new AbortController().signal
  const request = { triggers: ['schedule'], memory: before, current: () => repaired, signal } as const
  const { outcome, drift, expired } = await run(careful.world.ports, careful.settings, request)
  assert.equal([outcome.type, drift, expired], ['converged', [], []])
})

test('run() that waited for older commits goes on from what a repair beside it has cleared away', async () => {
  const careful = await expiring()
  const { world, memory, settings } = careful
  const signal = new AbortController().signal
  let current = memory
  careful.commit('c', { ...first, 'policy.yaml': webPolicy(8443) })
  world.nowMs = endMs
  const trust = {
    async judge(...question: Parameters<typeof world.ports.trust.judge>) {
      current = (await careful.go('drift')).memory
      return await world.ports.trust.judge(...question)
    },
  }
  const request = { triggers: ['schedule'], memory, current: () => current, signal } as const
  const { outcome, drift, expired } = await run({ ...world.ports, trust }, settings, request)
  assert.equal([outcome.type, drift, expired], ['converged', [], []])
})

test('run() on drift repairs and clears away also while the host cannot tell its interfaces', async () => {
  const careful = await expiring()
  const { world, memory, settings } = careful
  world.nowMs = endMs
  world.live = emptyRuleset
  const inspector = { read: () => Promise.reject(new HostError('facts-unreadable', 'no ip')) }
  const request = { triggers: ['drift'], memory, signal: new AbortController().signal } as const
  const { outcome, expired } = await run({ ...world.ports, inspector }, settings, request)
  assert.equal([outcome.type, expired, timeLimits(liveOf(careful))], ['converged', rules, []])
  assert.is.not(liveOf(careful), emptyRuleset)
})

test.run()
