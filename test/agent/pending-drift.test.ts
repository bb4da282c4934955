/** Somebody changes our table while a change waits for confirmation: a real agent, a real nft, the real revert script. */

import { execFileSync } from 'node:child_process'
import { readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { askAgent } from '../../src/adapters/control-socket.ts'
import type { ApplyConfiguration } from '../../src/host/apply-configuration.ts'
import type { AgentStatus } from '../../src/reconcile/agent-status.ts'
import { AgentLab } from '../fakes/agent-lab.ts'
import { inOwnNamespace } from '../fakes/own-namespace.ts'
import { webEndpoint, webPolicy } from '../fakes/policy-folder.ts'
import { quickApply } from '../fakes/quick-apply.ts'
import { until } from '../fakes/until.ts'

const test = suite('drift while a change waits')
const slow = { timeoutMs: 20_000 }
let agent: AgentLab
let inverse: string
let port = 1000

const live = (): string => execFileSync('nft', ['-s', 'list', 'ruleset'], { encoding: 'utf8' })
const open = 'flush chain inet rampart ingress/web-1-eth0/policy'
const ask = (command: 'confirm' | 'sync'): Promise<unknown> =>
  askAgent({ path: join(agent.folder, 'run', 'control.sock'), command, ...slow })
const repairs = (): number => agent.lines.filter(({ event }) => event === 'drift-repaired').length

async function start(apply: Partial<ApplyConfiguration>): Promise<void> {
  await agent.stop()
  agent.lines.length = 0
  agent.start({ apply: { ...quickApply, ...apply } })
  await until('the first run', async () => ((await agent.status())?.attempted ?? null) !== null)
  await until('the watcher', async () => (await agent.status())?.drift.watch === 'listening')
}

interface Change {
  readonly before: string
  readonly during: string
  readonly ended: Promise<AgentStatus>
}

/** A new commit is in the kernel and waits. */
async function change(): Promise<Change> {
  const before = live()
  const id = agent.git.commit({ files: { 'web.yaml': webEndpoint, 'policy.yaml': webPolicy(++port) } })
  const ended = agent.sync()
  await until('the wait', async () => (await agent.status())?.pending?.commit === id)
  return { before, during: live(), ended }
}

test.before(async () => {
  agent = await AgentLab.open()
  inverse = join(agent.folder, 'state', 'inverse.nft')
  agent.git.commit({ files: { 'web.yaml': webEndpoint, 'policy.yaml': webPolicy(port) } })
  await start({})
})
test.after(() => agent.close())

test('it is repaired at once, told as ever, and the dead man keeps the table of before; then a person confirms', async () => {
  await start({ requireConfirm: true, confirmTimeoutMs: 60_000 })
  const { during, ended } = await change()
  const handle = readFileSync(inverse, 'utf8')
  execFileSync('nft', [open])
  await until('the repair', () => repairs() === 1 && live() === during)
  assert.is(readFileSync(inverse, 'utf8'), handle)
  const status = await agent.status()
  assert.equal([status?.drift.repairs, status?.drift.lastBy[0]?.process], [1, 'nft'])
  assert.is(status?.pending?.waitsFor, 'person')
  assert.is(await agent.metric(/rampart_drift_total\{process="nft"\} (\d+)/), 1)
  execFileSync('nft', ['delete table inet rampart'])
  await until('the second repair', () => repairs() === 2 && live() === during)
  await ask('confirm')
  assert.equal([(await ended).attempted?.outcome, live()], ['converged', during])
})

test('a hold waits until the change has been decided', async () => {
  const { ended } = await change()
  const path = join(agent.folder, 'run', 'control.sock')
  const input = { reason: 'an audit', until: null }
  let isHeld = false
  const held = askAgent({ path, command: 'hold', input, ...slow }).then((answer) => {
    isHeld = true
    return answer
  })
  execFileSync('nft', [open])
  await until('the repair', () => repairs() === 3)
  assert.not(isHeld)
  await ask('confirm')
  const { applied } = await ended
  const answer = await held
  assert.is(answer.type === 'done' && answer.status.applied?.commit, applied?.commit)
  await askAgent({ path, command: 'resume', ...slow })
})

test('nobody confirms: the change goes back all the same', async () => {
  await start({ requireConfirm: true, confirmTimeoutMs: 2_500 })
  const { before, during, ended } = await change()
  execFileSync('nft', [open])
  await until('the repair', () => repairs() === 1 && live() === during)
  assert.equal([(await ended).attempted?.outcome, live()], ['reverted', before])
})

test('a change whose probes hold is confirmed although somebody cuts them off meanwhile', async () => {
  // through the rules of loopback, which the probe takes as well
  const probes = [{ type: 'repository' } as const]
  await start({ probes, confirmAfterMs: 1_500, confirmTimeoutMs: 30_000 })
  const { during, ended } = await change()
  execFileSync('nft', ['insert rule inet rampart output drop; insert rule inet rampart input drop'])
  assert.is((await ended).attempted?.outcome, 'converged')
  assert.is(live(), during)
  assert.ok(repairs() >= 1)
})

test('somebody claims the change in the moment of the tampering: the claim has the last word', async () => {
  await start({ requireConfirm: true, confirmTimeoutMs: 60_000 })
  const state = join(agent.folder, 'state')
  for (let round = 0; round < 6; round++) {
    const { before, ended } = await change()
    // as the script does it, so many milliseconds after the drift
    const wait = `sleep 0.0${round}`
    const back = 'mv inverse.nft claimed.nft && nft -f claimed.nft && mv claimed.nft reverted.nft'
    execFileSync('sh', ['-ec', `cd ${state}; nft '${open}'; ${wait}; ${back}`])
    const { attempted, setAside, pending } = await ended
    assert.equal([attempted?.outcome, setAside?.cause, pending], ['reverted', 'unconfirmed', null], `round ${round}`)
    assert.is(live(), before, `round ${round}`)
    assert.equal((await ask('sync')) && live(), before)
  }
})

test('a claim whose holder died before it loaded anything is carried out, and drift in between is left alone', async () => {
  const { before, ended } = await change()
  renameSync(inverse, join(agent.folder, 'state', 'claimed.nft'))
  execFileSync('nft', [open])
  assert.equal([(await ended).attempted?.outcome, live()], ['reverted', before])
})

if (inOwnNamespace(fileURLToPath(import.meta.url))) test.run()
