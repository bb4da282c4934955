import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { HostError } from '../../src/reconcile/host-error.ts'
import type { Kernel } from '../../src/reconcile/ports.ts'
import { type RunReport, run } from '../../src/reconcile/run.ts'
import type { UnconfirmedTable } from '../../src/reconcile/run-context.ts'
import { emptyRuleset, type Ruleset } from '../../src/ruleset/ruleset.ts'
import { type CarefulRun, enforced, first } from '../fakes/careful-run.ts'
import { webPolicy } from '../fakes/policy-folder.ts'

const test = suite('repair')
const tcpProbe = { type: 'tcp', host: '192.0.2.1', port: 443 } as const

interface Waiting {
  readonly careful: CarefulRun
  readonly unconfirmed: UnconfirmedTable
  /** The tables of before and of the change. */
  readonly old: Ruleset | undefined
  readonly changed: Ruleset | undefined
  repair(kernel?: Partial<Kernel>): Promise<RunReport>
  /** As the revert script does. */
  claim(): Promise<void>
}

/** Commit `bbb...` is in the kernel and waits; somebody has emptied the table since. */
async function waiting(): Promise<Waiting> {
  const careful = await enforced({ probes: [tcpProbe], confirmAfterMs: 10_000 })
  const { world } = careful
  const old = world.live
  const { memory } = careful
  careful.commit('b', { ...first, 'policy.yaml': webPolicy(8443) })
  assert.is((await careful.go('webhook')).outcome.type, 'converged')
  const [unconfirmed] = world.unconfirmed
  assert.ok(unconfirmed)
  const changed = world.live
  Object.assign(world, { live: emptyRuleset, standing: 'waiting' })
  const { ports } = world
  return {
    careful,
    unconfirmed,
    old,
    changed,
    repair: (kernel = {}) => {
      const world = { ...ports, kernel: { ...ports.kernel, ...kernel } }
      const signal = new AbortController().signal
      return run(world, careful.settings, { triggers: ['drift'], memory, signal, unconfirmed })
    },
    async claim() {
      world.standing = 'claimed'
      await ports.kernel.load(unconfirmed.previous.script(), new AbortController().signal)
    },
  }
}

test('repairUnconfirmed() brings the table of the change back, tells it as drift, and leaves the change waiting', async () => {
  const { careful, changed, repair } = await waiting()
  const { outcome, drift } = await repair()
  assert.equal([outcome.type, careful.world.live, careful.world.standing], ['converged', changed, 'waiting'])
  assert.ok(drift.length > 0)
  assert.is((await repair()).drift.length, 0)
})

test('repairUnconfirmed() repairs what was confirmed in that moment', async () => {
  const { careful, changed, repair } = await waiting()
  careful.world.standing = 'confirmed'
  await repair()
  assert.equal(careful.world.live, changed)
})

test('repairUnconfirmed() does not look at the kernel once the change is claimed', async () => {
  const { careful, repair, claim, old } = await waiting()
  await claim()
  const { reads } = careful.world
  const { outcome, drift } = await repair()
  assert.equal([outcome.type, drift, careful.world.reads, careful.world.live], ['converged', [], reads, old])
})

const moments: readonly (readonly [title: string, between: (waiting: Waiting) => Partial<Kernel>])[] = [
  [
    'before it reads',
    ({ careful, claim }) => ({
      read: async (signal) => {
        await claim()
        return await careful.world.ports.kernel.read(signal)
      },
    }),
  ],
  [
    'between read and load',
    ({ careful, claim }) => ({
      read: async (signal) => {
        const live = await careful.world.ports.kernel.read(signal)
        await claim()
        return live
      },
    }),
  ],
  [
    'after its load',
    ({ careful, claim }) => ({
      load: async (script, signal) => {
        await careful.world.ports.kernel.load(script, signal)
        if (careful.world.standing === 'waiting') await claim()
      },
    }),
  ],
  [
    'while nft refuses its load',
    ({ careful, claim }) => ({
      load: async (script, signal) => {
        if (careful.world.standing === 'claimed') return await careful.world.ports.kernel.load(script, signal)
        await claim()
        throw new HostError('nft-permission', 'another transaction')
      },
    }),
  ],
]

for (const [title, between] of moments) {
  test(`repairUnconfirmed() ends in the table of before when the change is claimed ${title}`, async () => {
    const waits = await waiting()
    const { outcome, drift } = await waits.repair(between(waits))
    assert.equal([outcome.type, drift], ['converged', []])
    assert.equal(waits.careful.world.live, waits.old)
    assert.is(waits.careful.world.standing, 'claimed')
  })
}

test('repairUnconfirmed() tells why it could not repair', async () => {
  const { repair } = await waiting()
  const { outcome } = await repair({ read: () => Promise.reject(new HostError('nft-missing', 'no nft')) })
  assert.equal(outcome.type === 'failed' && [outcome.stage, outcome.error.code], ['read', 'nft-missing'])
})

test.run()
