/** A change that nobody lives to confirm: the agent is a process of its own here, and is killed while the change waits. */

import { execFileSync } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { commitFiles } from '../fakes/bare-repository.ts'
import { type GitLab, openGitLab } from '../fakes/git-lab.ts'
import { KillableAgent } from '../fakes/killable-agent.ts'
import { loopbackPolicy, openTo, withoutTcp } from '../fakes/lockout-policy.ts'
import { inOwnNamespace } from '../fakes/own-namespace.ts'
import { until } from '../fakes/until.ts'

const test = suite('the agent dies while a change waits')
const agent = new KillableAgent()
let lab: GitLab
let port = 1

async function start(apply: string): Promise<void> {
  agent.configure(`repository: {url: "${lab.proxy.url}/policy.git"}
apply: {${apply}}
`)
  await agent.start()
}

const live = (): string => execFileSync('nft', ['-s', 'list', 'ruleset'], { encoding: 'utf8' })
const commit = (rules: string): string => commitFiles(lab.repository, { files: loopbackPolicy(rules) })
const nextPort = (): number => {
  port += 1
  return port
}

/** From a policy that holds to a change that waits. */
async function waiting(apply: string, rules: () => string): Promise<{ readonly before: string; readonly bad: string }> {
  await agent.end('SIGKILL')
  commit(openTo(nextPort()))
  await start(apply)
  await until('the first run', async () => {
    if (((await agent.status())?.pending ?? null) !== null) await agent.ask('confirm')
    return (await agent.status())?.attempted?.outcome === 'converged'
  })
  const before = live()
  const bad = commit(rules())
  // nobody lives to see its end
  void agent.ask('sync').catch(() => undefined)
  await until('the wait', async () => (await agent.status())?.pending?.commit === bad)
  assert.not.equal(live(), before)
  return { before, bad }
}

const cutsGit = 'confirmTimeout: 1500ms, confirmAfter: 1s'
const waitsForPerson = 'confirmTimeout: 1500ms, confirmAfter: 1s, requireConfirm: true, probes: []'

test.before(async () => {
  lab = await openGitLab()
})
test.after(async () => {
  await agent.end('SIGKILL')
  await lab.close()
})

const deaths: readonly {
  readonly what: string
  readonly apply: string
  readonly rules: () => string
  readonly tampering: string
}[] = [
  { what: 'one that cuts the way to git', apply: cutsGit, rules: () => withoutTcp, tampering: '' },
  {
    what: 'one that nobody confirmed, on a flushed table',
    apply: waitsForPerson,
    rules: () => openTo(nextPort()),
    tampering: 'flush table inet rampart',
  },
  {
    what: 'one that cuts the way to git, without any table',
    apply: cutsGit,
    rules: () => withoutTcp,
    tampering: 'delete table inet rampart',
  },
]

for (const { what, apply, rules, tampering } of deaths) {
  test(`the script takes back ${what}, and the next agent does not apply it again`, async () => {
    const { before, bad } = await waiting(apply, rules)
    await agent.end('SIGKILL')
    if (tampering !== '') execFileSync('nft', [tampering])
    assert.not.equal(live(), before)
    await until('the script', () => existsSync(agent.state('reverted.nft')))
    assert.is(live(), before)
    await start(apply)
    const after = await agent.firstRun()
    assert.equal([after?.attempted?.outcome, after?.drift.repairs], ['refused', 0])
    assert.equal([after?.setAside?.commit, after?.setAside?.cause], [bad, 'abandoned'])
    assert.is(live(), before)
    assert.equal([existsSync(agent.state('reverted.nft')), existsSync(agent.state('pending.json'))], [false, false])
  })
}

test('an agent that starts while a change waits takes it back first', async () => {
  const { before, bad } = await waiting('confirmTimeout: 50s, confirmAfter: 49s', () => openTo(nextPort()))
  await agent.end('SIGTERM')
  assert.ok(existsSync(agent.state('inverse.nft')), 'a stop leaves it armed')
  await start(cutsGit)
  const after = await agent.firstRun()
  assert.equal(
    [after?.setAside?.commit, after?.setAside?.cause, after?.attempted?.outcome],
    [bad, 'interrupted', 'refused'],
  )
  assert.is.not(after?.setAside?.retryAt, null, 'nothing speaks against the commit')
  assert.is(live(), before)
  assert.not.ok(existsSync(agent.state('inverse.nft')))
})

test('a live agent that was held up does not take the work of the script for drift', async () => {
  const { before, bad } = await waiting(waitsForPerson, () => openTo(nextPort()))
  agent.send('SIGSTOP')
  await until('the script', () => existsSync(agent.state('reverted.nft')))
  agent.send('SIGCONT')
  await until('the end of the run', async () => (await agent.status())?.attempted?.outcome === 'reverted')
  const after = await agent.status()
  assert.equal([after?.attempted?.commit, after?.pending, after?.drift.repairs], [bad, null, 0])
  assert.is(live(), before)
  const again = await agent.ask('sync')
  assert.equal([again.attempted?.outcome, again.drift.repairs, live()], ['refused', 0, before])
})

test('an agent that dies in the middle of a rollback forgets neither the bad tip nor that a person may ask again', async () => {
  const { before, bad } = await waiting(cutsGit, () => withoutTcp)
  await until('the end of the run', async () => (await agent.status())?.attempted?.outcome === 'reverted')
  await agent.end('SIGKILL')
  await start('confirmTimeout: 50s, requireConfirm: true, probes: []')
  assert.is((await agent.firstRun())?.attempted?.outcome, 'refused')
  const input = { revision: null, allowed: [] }
  const rollBack = () => agent.rollBack(input)
  rollBack().catch(() => undefined)
  await until('the wait', async () => ((await agent.status())?.pending ?? null) !== null)
  const target = (await agent.status())?.pending?.commit
  await agent.end('SIGKILL')
  assert.not.equal(live(), before)
  await start('confirmTimeout: 50s, requireConfirm: true, probes: []')
  const after = await agent.firstRun()
  assert.equal(
    [after?.attempted?.outcome, after?.setAside?.commit, after?.hold, live()],
    ['refused', bad, null, before],
  )
  const answer = rollBack()
  await until('the second wait', async () => (await agent.status())?.pending?.commit === target)
  assert.is((await agent.ask('confirm'))?.commit, target)
  const done = await answer
  assert.ok(done.type === 'done')
  const { attempted, applied, setAside, hold } = done.status
  assert.equal([attempted?.outcome, applied?.commit, setAside?.commit], ['converged', target, bad])
  assert.match(hold?.reason ?? '', 'rollback from ')
})

test('a rollback that is confirmed, and that the agent does not live to hold, is held by the next one', async () => {
  await agent.end('SIGKILL')
  const tip = commit(openTo(nextPort()))
  await start('confirmTimeout: 50s, requireConfirm: true, probes: []')
  assert.is((await agent.firstRun())?.hold?.reason?.startsWith('rollback from '), true)
  void agent.rollBack({ revision: null, allowed: [] }).catch(() => undefined)
  await until('the wait', async () => ((await agent.status())?.pending ?? null) !== null)
  const target = (await agent.status())?.pending?.commit
  rmSync(agent.state('hold.json'))
  agent.send('SIGSTOP')
  rmSync(agent.state('inverse.nft'))
  await agent.end('SIGKILL')
  await start('confirmTimeout: 50s, requireConfirm: true, probes: []')
  const after = await agent.firstRun()
  assert.is.not(target, tip)
  assert.equal([after?.attempted?.outcome, after?.applied?.commit], ['converged', target])
  assert.match(after?.hold?.reason ?? '', 'rollback from ')
})

if (inOwnNamespace(fileURLToPath(import.meta.url))) test.run()
