import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Login } from '../../src/host/login.ts'
import type { Outcome } from '../../src/reconcile/outcome.ts'
import { type CarefulRun, enforced, first } from '../fakes/careful-run.ts'
import { webEndpoint, webPolicy } from '../fakes/policy-folder.ts'

const test = suite('judge')
const own = { family: 4, value: 0xc000020an } as const
const admin: Login = {
  user: 'ada',
  terminal: 'pts/0',
  peer: { family: 4, value: 0xc0000207n },
  connections: [{ local: own, localPort: 443, peerPort: 50_000 }],
}
const facts = {
  node: 'web-1',
  interfaces: [
    {
      name: 'eth0',
      addresses: [{ address: own, network: { family: 4, base: 0xc0000200n, prefix: 24 } as never }],
      up: true,
      master: undefined,
    },
  ],
}
const cut = { ...first, 'policy.yaml': webPolicy(8443) }

function guardsOf(outcome: Outcome): readonly string[] {
  return outcome.type === 'refused' ? outcome.reasons.map(({ guard }) => guard) : [outcome.type]
}

async function withLogin(): Promise<CarefulRun> {
  const run = await enforced()
  run.world.facts = facts
  run.world.logins = [admin]
  return run
}

test('judge() refuses a commit that cuts the only login, keeps the old policy, and heals it', async () => {
  const run = await withLogin()
  const { world } = run
  run.commit('b', cut)
  const { outcome } = await run.go('webhook')
  assert.equal([guardsOf(outcome), world.scripts.length], [['cut-sessions'], 1])
  world.live = undefined
  const healed = await run.go('sync')
  assert.equal([guardsOf(healed.outcome), healed.drift.length > 0, world.scripts.length], [['set-aside'], true, 2])
  assert.is(healed.memory.enforced?.revision.commit, 'a'.repeat(40))
})

test('judge() stays with its refusal when nobody is logged in any more, also after a restart', async () => {
  const run = await withLogin()
  run.commit('b', cut)
  await run.go('webhook')
  run.world.logins = []
  run.restart()
  assert.equal(guardsOf((await run.go('start')).outcome), ['set-aside'])
  assert.is((await run.go('insist')).outcome.type, 'converged')
})

test('judge() lets pass what cuts one of several, and tells of it', async () => {
  const run = await withLogin()
  const other = { ...admin, user: 'bob', connections: [{ local: own, localPort: 22, peerPort: 50_001 }] }
  run.world.logins = [admin, other]
  run.commit('b', cut)
  const { outcome } = await run.go('webhook')
  assert.equal(outcome.type === 'converged' && outcome.notes, [
    'could not log in again: ada on pts/0 from 192.0.2.7 (port 443)',
  ])
})

test('judge() asks about sessions only where it is to protect them', async () => {
  const run = await withLogin()
  run.settings = { ...run.settings, apply: { ...run.settings.apply, protectLiveSessions: false } }
  run.commit('b', cut)
  assert.is((await run.go('webhook')).outcome.type, 'converged')
})

test('judge() takes a trailer only where trailers count, says when they do not, and reports what it let pass', async () => {
  const run = await withLogin()
  run.commit('b', cut)
  run.world.allows = ['cut-sessions']
  const refused = await run.go('webhook')
  assert.match(
    (refused.outcome.type === 'refused' && refused.outcome.reasons[0]?.message) || '',
    /its Rampart-Allow trailer does not count: no trusted key signed it, and apply.allowTrailers is false$/,
  )
  run.settings = { ...run.settings, apply: { ...run.settings.apply, allowTrailers: true } }
  const { outcome } = await run.go('insist')
  assert.match((outcome.type === 'converged' && outcome.notes[0]) || '', /^cut-sessions was allowed: .*ada on pts/)
})

test('judge() asks whether a misspelt trailer meant the guard', async () => {
  const run = await withLogin()
  run.settings = { ...run.settings, apply: { ...run.settings.apply, allowTrailers: true } }
  run.commit('b', cut)
  run.world.allows = ['cut-session']
  const { outcome } = await run.go('webhook')
  assert.match((outcome.type === 'refused' && outcome.reasons[0]?.message) || '', /did it mean "cut-sessions"\?$/)
})

test('judge() refuses an endpoint without any policy, unless it had none before', async () => {
  const run = await enforced()
  run.commit('b', { 'web.yaml': webEndpoint })
  assert.equal(guardsOf((await run.go('webhook')).outcome), ['bare-endpoint'])
  run.settings = { ...run.settings, allowed: ['bare-endpoint'] }
  assert.is((await run.go('webhook')).outcome.type, 'converged')
  run.settings = { ...run.settings, allowed: [] }
  run.commit('c', { 'web.yaml': webEndpoint.replace('interfaceName: eth0', 'interfaceName: eth1') })
  assert.is((await run.go('webhook')).outcome.type, 'converged', 'it is no news that it is bare')
  const second = webEndpoint
    .replace('web-1-eth0', 'web-1-eth2')
    .replace('eth0,', 'eth2,')
    .replace('role: web', 'role: x')
  run.commit('d', { ...first, 'second.yaml': second })
  const { outcome } = await run.go('webhook')
  assert.match((outcome.type === 'refused' && outcome.reasons[0]?.message) || '', 'the host endpoint "web-1-eth2"')
})

test('judge() refuses a commit that takes the last endpoint or most rules away', async () => {
  const run = await enforced()
  run.commit('b', { 'policy.yaml': webPolicy(443) })
  assert.equal(guardsOf((await run.go('webhook')).outcome), ['mass-removal'])
  const ports = Array.from(
    { length: 30 },
    (_, at) => `    - {action: Deny, protocol: TCP, destination: {ports: [${at + 1}]}}`,
  )
  run.commit('c', { ...first, 'policy.yaml': `${webPolicy(443)}${ports.join('\n')}\n` })
  assert.is((await run.go('webhook')).outcome.type, 'converged')
  run.commit('d', first)
  const { outcome } = await run.go('webhook')
  assert.match((outcome.type === 'refused' && outcome.reasons[0]?.message) || '', '30 of 31 rules would go: 97%')
  run.settings = { ...run.settings, apply: { ...run.settings.apply, maxRemoved: 1 } }
  assert.is((await run.go('webhook')).outcome.type, 'converged')
})

test.run()
