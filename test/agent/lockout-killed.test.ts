/** A change that nobody lives to confirm: the agent is a process of its own here, and is killed while the change waits. */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { askAgent } from '../../src/adapters/control-socket.ts'
import type { AgentStatus } from '../../src/reconcile/agent-status.ts'
import { commitFiles } from '../fakes/bare-repository.ts'
import { type GitLab, openGitLab } from '../fakes/git-lab.ts'
import { loopbackPolicy, openTo, withoutTcp } from '../fakes/lockout-policy.ts'
import { inOwnNamespace } from '../fakes/own-namespace.ts'
import { temporaryFolder } from '../fakes/policy-folder.ts'
import { until } from '../fakes/until.ts'

const test = suite('the agent dies while a change waits')
/** Bundled: it starts in a tenth of the time. */
const program = fileURLToPath(new URL('../../dist/rampart.js', import.meta.url))
const folder = temporaryFolder()
const config = join(folder, 'agent.yaml')
const state = (name: string): string => join(folder, 'state', name)
const socket = join(folder, 'run', 'control.sock')
let lab: GitLab
let agent: ChildProcess | undefined
let port = 1

async function start(apply: string): Promise<void> {
  writeFileSync(
    config,
    `apiVersion: rampart/v1
kind: AgentConfiguration
node: web-1
repository: {url: "${lab.proxy.url}/policy.git"}
schedule: "0 0 1 1 *"
stateDir: state
apply: {${apply}}
`,
  )
  const env = { PATH: process.env.PATH, RAMPART_RUNTIME_DIR: join(folder, 'run') }
  agent = spawn(process.execPath, [program, 'run', '--config', config], { env, stdio: 'ignore' })
  await until('the agent', async () => (await status()) !== undefined)
}

async function end(signal: NodeJS.Signals): Promise<void> {
  if (agent === undefined) return
  const gone = once(agent, 'exit')
  agent.kill(signal)
  await gone
  agent = undefined
}

const status = (): Promise<AgentStatus | undefined> =>
  askAgent({ path: socket, command: 'status', timeoutMs: 5_000 }).catch(() => undefined)
const firstRun = async (): Promise<AgentStatus | undefined> => {
  await until('the first run', async () => ((await status())?.attempted ?? null) !== null)
  return status()
}
/** Without waiting for its end, which nobody lives to see. */
const sync = (): void => void askAgent({ path: socket, command: 'sync', timeoutMs: 60_000 }).catch(() => undefined)
const live = (): string => execFileSync('nft', ['-s', 'list', 'ruleset'], { encoding: 'utf8' })
const commit = (rules: string): string => commitFiles(lab.repository, { files: loopbackPolicy(rules) })
const nextPort = (): number => {
  port += 1
  return port
}

/** From a policy that holds to a change that waits. */
async function waiting(apply: string, rules: () => string): Promise<{ readonly before: string; readonly bad: string }> {
  await end('SIGKILL')
  commit(openTo(nextPort()))
  await start(apply)
  await until('the first run', async () => {
    if (((await status())?.pending ?? null) !== null)
      await askAgent({ path: socket, command: 'confirm', timeoutMs: 5_000 })
    return (await status())?.attempted?.outcome === 'converged'
  })
  const before = live()
  const bad = commit(rules())
  sync()
  await until('the wait', async () => (await status())?.pending?.commit === bad)
  assert.not.equal(live(), before)
  return { before, bad }
}

const cutsGit = 'confirmTimeout: 1500ms, confirmAfter: 1s'
const waitsForPerson = 'confirmTimeout: 1500ms, confirmAfter: 1s, requireConfirm: true, probes: []'

test.before(async () => {
  lab = await openGitLab()
})
test.after(async () => {
  await end('SIGKILL')
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
    await end('SIGKILL')
    if (tampering !== '') execFileSync('nft', [tampering])
    assert.not.equal(live(), before)
    await until('the script', () => existsSync(state('reverted.nft')))
    assert.is(live(), before)
    await start(apply)
    const after = await firstRun()
    assert.equal([after?.attempted?.outcome, after?.drift.repairs], ['refused', 0])
    assert.equal([after?.setAside?.commit, after?.setAside?.cause], [bad, 'abandoned'])
    assert.is(live(), before)
    assert.equal([existsSync(state('reverted.nft')), existsSync(state('pending.json'))], [false, false])
  })
}

test('an agent that starts while a change waits takes it back first', async () => {
  const { before, bad } = await waiting('confirmTimeout: 50s, confirmAfter: 49s', () => openTo(nextPort()))
  await end('SIGTERM')
  assert.ok(existsSync(state('inverse.nft')), 'a stop leaves it armed')
  await start(cutsGit)
  const after = await firstRun()
  assert.equal(
    [after?.setAside?.commit, after?.setAside?.cause, after?.attempted?.outcome],
    [bad, 'interrupted', 'refused'],
  )
  assert.is.not(after?.setAside?.retryAt, null, 'nothing speaks against the commit')
  assert.is(live(), before)
  assert.not.ok(existsSync(state('inverse.nft')))
})

test('a live agent that was held up does not take the work of the script for drift', async () => {
  const { before, bad } = await waiting(waitsForPerson, () => openTo(nextPort()))
  agent?.kill('SIGSTOP')
  await until('the script', () => existsSync(state('reverted.nft')))
  agent?.kill('SIGCONT')
  await until('the end of the run', async () => (await status())?.attempted?.outcome === 'reverted')
  const after = await status()
  assert.equal([after?.attempted?.commit, after?.pending, after?.drift.repairs], [bad, null, 0])
  assert.is(live(), before)
  const again = await askAgent({ path: socket, command: 'sync', timeoutMs: 20_000 })
  assert.equal([again.attempted?.outcome, again.drift.repairs, live()], ['refused', 0, before])
})

test('an agent that dies in the middle of a rollback forgets neither the bad tip nor that a person may ask again', async () => {
  const { before, bad } = await waiting(cutsGit, () => withoutTcp)
  await until('the end of the run', async () => (await status())?.attempted?.outcome === 'reverted')
  await end('SIGKILL')
  await start('confirmTimeout: 50s, requireConfirm: true, probes: []')
  assert.is((await firstRun())?.attempted?.outcome, 'refused')
  const input = { revision: null, allowed: [] }
  const rollBack = () => askAgent({ path: socket, command: 'rollback', timeoutMs: 60_000, input })
  rollBack().catch(() => undefined)
  await until('the wait', async () => ((await status())?.pending ?? null) !== null)
  const target = (await status())?.pending?.commit
  await end('SIGKILL')
  assert.not.equal(live(), before)
  await start('confirmTimeout: 50s, requireConfirm: true, probes: []')
  const after = await firstRun()
  assert.equal(
    [after?.attempted?.outcome, after?.setAside?.commit, after?.hold, live()],
    ['refused', bad, null, before],
  )
  const answer = rollBack()
  await until('the second wait', async () => (await status())?.pending?.commit === target)
  assert.is((await askAgent({ path: socket, command: 'confirm', timeoutMs: 5_000 }))?.commit, target)
  const done = await answer
  assert.ok(done.type === 'done')
  const { attempted, applied, setAside, hold } = done.status
  assert.equal([attempted?.outcome, applied?.commit, setAside?.commit], ['converged', target, bad])
  assert.match(hold?.reason ?? '', 'rollback from ')
})

if (inOwnNamespace(fileURLToPath(import.meta.url))) test.run()
