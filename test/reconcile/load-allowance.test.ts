import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { loadAllowanceMs } from '../../src/reconcile/load-allowance.ts'
import { accept, makeRule } from '../../src/ruleset/rule.ts'
import { emptyRuleset, type Ruleset } from '../../src/ruleset/ruleset.ts'
import { enforced, first } from '../fakes/careful-run.ts'
import { webPolicy } from '../fakes/policy-folder.ts'

const test = suite('loadAllowanceMs')
const tcpProbe = { type: 'tcp', host: '192.0.2.1', port: 443 } as const
const timing = { confirmTimeoutMs: 60_000, confirmAfterMs: 10_000 }
const news = { ...first, 'policy.yaml': webPolicy(8443) }

function tableOf(count: number): Ruleset {
  const rules = Array.from({ length: count }, () => makeRule({ matches: [], verdict: accept }))
  return { ...emptyRuleset, chains: new Map([['a', { name: 'a', hook: undefined, comment: undefined, rules }]]) }
}

test('loadAllowanceMs() grows with the larger of the tables that come and go', () => {
  assert.is(loadAllowanceMs([undefined, emptyRuleset]), 30_000)
  assert.is(loadAllowanceMs([tableOf(1_000), tableOf(2_000)]), 40_000)
  assert.is(loadAllowanceMs([tableOf(2_000), undefined]), 40_000)
})

test('confirmChange() counts no time of the load as time of the confirmation', async () => {
  const run = await enforced({ ...timing, probes: [tcpProbe] })
  const { world } = run
  world.onLoad = () => {
    world.nowMs += 80_000
  }
  run.commit('b', news)
  assert.is((await run.go('webhook')).outcome.type, 'converged')
  assert.equal([world.timeouts, world.pending[0]?.deadline], [[60_000], new Date(140_000).toISOString()])
})

test('overdue() says so when the load outlasts all the time that it has, whatever the kernel holds by then', async () => {
  for (const live of ['another', 'none'] as const) {
    const run = await enforced({ ...timing, probes: [tcpProbe] })
    const { world } = run
    const before = world.live
    if (live === 'none') world.live = undefined
    world.onLoad = () => {
      if (world.standing === 'waiting') world.standing = 'claimed'
    }
    const { kernel } = world.ports
    // what the script does before the agent looks at what it has loaded
    Object.assign(kernel, { read: async () => (world.standing === 'claimed' ? before : world.live) })
    run.commit('b', news)
    const { outcome } = await run.go('webhook')
    assert.equal(
      [outcome.type === 'reverted' && outcome.reason, outcome.type === 'reverted' && outcome.message],
      ['overdue', 'the kernel had not loaded it after 90 s'],
      live,
    )
    assert.equal([world.pending, world.scripts.length], [[], 3])
    assert.equal([world.setAside?.cause, world.setAside?.retryAt?.getTime()], ['overdue', 15 * 60_000])
  }
})

test.run()
