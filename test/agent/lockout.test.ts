/** A commit that would lock people out, against a real agent, a real nft, a real git server. */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { askAgent } from '../../src/adapters/control-socket.ts'
import { createJournal } from '../../src/adapters/journal.ts'
import { openLoginInspector } from '../../src/adapters/logins.ts'
import { runAgent } from '../../src/agent/run-agent.ts'
import { type ApplyConfiguration, defaultApplyConfiguration } from '../../src/host/apply-configuration.ts'
import type { AgentStatus } from '../../src/reconcile/agent-status.ts'
import { quickConfiguration } from '../fakes/agent-lab.ts'
import { commitFiles } from '../fakes/bare-repository.ts'
import type { Fault } from '../fakes/fault-proxy.ts'
import { type GitLab, openGitLab } from '../fakes/git-lab.ts'
import { loopbackPolicy, openTo, withoutTcp } from '../fakes/lockout-policy.ts'
import { inOwnNamespace } from '../fakes/own-namespace.ts'
import { temporaryFolder, webEndpoint, webPolicy } from '../fakes/policy-folder.ts'
import { until } from '../fakes/until.ts'
import { utmpRecord } from '../fakes/utmp-record.ts'

const test = suite('never a lock-out')
const folder = temporaryFolder()
const utmp = join(folder, 'utmp')
const socket = join(folder, 'run', 'control.sock')
const events: Record<string, unknown>[] = []
/** What the kernel held as a change began to wait, by its commit. */
const waiting = new Map<unknown, string>()
/** Of the git server, from the moment on at which the next change waits. */
let faultWhileWaiting: Fault = 'none'
const people: ChildProcess[] = []
let lab: GitLab
let agent: { readonly ended: Promise<void>; readonly stopping: AbortController } | undefined

/** Called within the agent, before it goes on. */
function note(line: Record<string, unknown>): void {
  events.push(line)
  if (line.event !== 'change-pending') return
  waiting.set(line.commit, live())
  lab.proxy.fault = faultWhileWaiting
}

/** Changes that are to stay have all the time that they need, those that are to go back are soon over. */
const short = 2_500
const long = 60_000

async function start(apply: Partial<ApplyConfiguration>): Promise<void> {
  await stop()
  const stopping = new AbortController()
  const options = {
    configuration: {
      ...quickConfiguration(lab, folder),
      observe: undefined,
      apply: { ...defaultApplyConfiguration, confirmTimeoutMs: long, confirmAfterMs: 300, ...apply },
    },
    controlPorts: [],
    logins: openLoginInspector({ utmp, sessions: join(folder, 'none'), sockets: ['/proc/net/tcp', '/proc/net/tcp6'] }),
    starter: 'ourselves',
    runtimeDir: join(folder, 'run'),
    version: 'test',
    journal: createJournal({ level: 'debug', stream: { write: (line) => note(JSON.parse(line)) } }),
  } as const
  agent = { ended: runAgent(options, stopping.signal), stopping }
  await until('the first run', async () => ((await status())?.attempted ?? null) !== null)
}

async function stop(): Promise<void> {
  agent?.stopping.abort()
  await agent?.ended
}

const ask = (command: 'sync' | 'insist'): Promise<AgentStatus> => askAgent({ path: socket, command, timeoutMs: 90_000 })
const status = (): Promise<AgentStatus | undefined> =>
  askAgent({ path: socket, command: 'status', timeoutMs: 30_000 }).catch(() => undefined)
const live = (): string => execFileSync('nft', ['-s', 'list', 'ruleset'], { encoding: 'utf8' })
const commit = (files: Readonly<Record<string, string | undefined>>, message = 'change policy'): string =>
  commitFiles(lab.repository, { files, message })

/** Somebody at the other end of a cable, with an ssh connection to this host. */
async function logIn(): Promise<void> {
  const admin = spawn('unshare', ['-n', 'sh', '-c', 'echo ready; exec sleep 60'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(admin.stdout, 'data')
  const inside = (...words: readonly string[]): void =>
    void execFileSync('nsenter', [`--net=/proc/${admin.pid}/ns/net`, ...words])
  execFileSync('ip', `link add eth0 type veth peer name eth9 netns ${admin.pid}`.split(' '))
  for (const words of ['address add 192.0.2.10/24 dev eth0', 'link set eth0 up']) execFileSync('ip', words.split(' '))
  inside('ip', 'address', 'add', '192.0.2.77/24', 'dev', 'eth9')
  inside('ip', 'link', 'set', 'eth9', 'up')
  const sshd = createServer((connection) => connection.resume()).listen(22, '192.0.2.10')
  sshd.unref()
  await once(sshd, 'listening')
  const accepted = once(sshd, 'connection')
  const dial =
    "require('net').connect(22, '192.0.2.10').on('error', () => process.exit(1)); setTimeout(() => {}, 60000)"
  const client = spawn('nsenter', [`--net=/proc/${admin.pid}/ns/net`, process.execPath, '-e', dial], {
    stdio: 'ignore',
  })
  await accepted
  people.push(admin, client)
}

/** Without the line that lets an office in. */
const inboundOnly = (port: number): string => webPolicy(port).replace(/ +- .*office.*\n/, '')

const closed = { 'felix.yaml': loopbackPolicy('')['felix.yaml'], 'web.yaml': webEndpoint }

test.before(async () => {
  mkdirSync(join(folder, 'state'))
  writeFileSync(utmp, '')
  lab = await openGitLab()
  commit(loopbackPolicy(openTo(1)))
  await start({})
})
test.after(async () => {
  await stop()
  await lab.close()
  for (const person of people) person.kill('SIGKILL')
})

test('a commit that cuts the way to git is taken back, remembered, and not tried again', async () => {
  await start({ confirmTimeoutMs: short })
  const before = live()
  const kept = (await status())?.applied?.commit
  assert.ok(kept)
  const bad = commit(loopbackPolicy(withoutTcp))
  const reverted = await ask('sync')
  assert.is.not(waiting.get(bad) ?? before, before)
  assert.equal([reverted.attempted?.outcome, reverted.applied?.commit, reverted.pending], ['reverted', kept, null])
  assert.match(reverted.attempted?.message ?? '', /^applied and taken back \(probes\): worked before, .*repository/)
  assert.equal([reverted.setAside?.commit, reverted.setAside?.retryAt], [bad, null])
  assert.is(live(), before)
  const again = await ask('sync')
  assert.equal([again.attempted?.outcome, again.drift.repairs], ['refused', 0])
  assert.is(live(), before)
  const insisted = await ask('insist')
  assert.equal([insisted.attempted?.outcome, live() === before], ['reverted', true])
  await start({})
  const good = commit(loopbackPolicy(openTo(2)))
  const mended = await ask('sync')
  assert.equal([mended.attempted?.outcome, mended.applied?.commit, mended.setAside], ['converged', good, null])
})

test('a git server that restarts while a change waits does not blacklist it', async () => {
  const good = commit(loopbackPolicy(openTo(3)))
  faultWhileWaiting = 'status-500'
  const running = ask('sync')
  await until('a failing probe', () => events.some(({ event }) => event === 'probe-failing'))
  faultWhileWaiting = 'none'
  lab.proxy.fault = 'none'
  const { attempted, applied } = await running
  assert.equal([attempted?.outcome, applied?.commit], ['converged', good])
})

test('one that does not come back is no proof: the commit is tried once more by itself', async () => {
  await start({ confirmTimeoutMs: short })
  commit(loopbackPolicy(openTo(4)))
  faultWhileWaiting = 'status-500'
  const { attempted, setAside } = await ask('sync')
  faultWhileWaiting = 'none'
  lab.proxy.fault = 'none'
  assert.is(attempted?.outcome, 'reverted')
  assert.equal(Date.parse(setAside?.retryAt ?? '') - Date.parse(setAside?.at ?? ''), 900_000)
  await start({})
  assert.is((await ask('insist')).attempted?.outcome, 'converged')
})

test('with requireConfirm a change goes back when nobody confirms it, and stays when somebody does', async () => {
  await start({ requireConfirm: true, probes: [], confirmTimeoutMs: 1_500 })
  const before = live()
  // nobody comes in by eth0 any more, but for port 1
  commit({ ...loopbackPolicy(openTo(5)), 'web.yaml': webEndpoint, 'web-policy.yaml': inboundOnly(1) })
  const { attempted } = await ask('sync')
  assert.equal(
    [attempted?.outcome, attempted?.message],
    ['reverted', 'applied and taken back (unconfirmed): nobody confirmed it within 1.5 s'],
  )
  assert.is(live(), before)
  await start({ requireConfirm: true, probes: [] })
  const good = commit({ ...loopbackPolicy(openTo(6)), 'web.yaml': undefined, 'web-policy.yaml': undefined })
  const running = ask('sync')
  await until('the wait', async () => (await status())?.pending?.waitsFor === 'person')
  const confirmed = await askAgent({ path: socket, command: 'confirm', timeoutMs: 30_000 })
  assert.is(confirmed?.commit, good)
  assert.equal([(await running).attempted?.outcome, (await running).applied?.commit], ['converged', good])
  assert.is(await askAgent({ path: socket, command: 'confirm', timeoutMs: 30_000 }), null, 'nothing waits any more')
})

test('a commit that would cut the only login is refused, whoever else has an open connection', async () => {
  await logIn()
  await start({ probes: [], allowTrailers: true, endsDeniedConnections: false })
  commit({ ...closed, 'web-policy.yaml': webPolicy(22) })
  assert.is((await ask('sync')).attempted?.outcome, 'converged')
  const before = live()
  // nobody is logged in: a stranger's connection to port 22 has no say
  commit({ 'web-policy.yaml': inboundOnly(443) })
  assert.is((await ask('sync')).attempted?.outcome, 'converged')
  commit({ 'web-policy.yaml': webPolicy(22) })
  assert.is((await ask('sync')).attempted?.outcome, 'converged')
  assert.is(live(), before)
  writeFileSync(utmp, utmpRecord({ user: 'ada', line: 'pts/0', address: [192, 0, 2, 77] }))
  const bad = commit({ 'web-policy.yaml': webPolicy(8443) })
  const refused = await ask('sync')
  assert.is(refused.attempted?.outcome, 'refused')
  // the interfaces may have asked for a run that was the first to find it: this one then says that it is set aside
  const told = events.find(({ event, revision }) => event === 'change-refused' && revision === bad)
  assert.is(
    told?.message,
    'refused: cut-sessions: nobody who is logged in over the network could come back: ada on pts/0 from 192.0.2.77 (port 22)',
  )
  assert.is(live(), before)
  execFileSync('nft', ['flush chain inet rampart input'])
  assert.equal([(await ask('sync')).drift.repairs, live()], [1, before], 'the kept policy is healed')
  writeFileSync(utmp, '')
  const still = await ask('sync')
  assert.equal([still.attempted?.outcome, still.setAside?.commit, live()], ['refused', bad, before])
})

test('a trailer overrides the guard, and that is reported', async () => {
  writeFileSync(utmp, utmpRecord({ user: 'ada', line: 'pts/0', address: [192, 0, 2, 77] }))
  const good = commit(
    { 'web-policy.yaml': webPolicy(9443) },
    'close ssh\n\nOn purpose.\n\nRampart-Allow: cut-sessions\n',
  )
  const { attempted, applied } = await ask('sync')
  assert.equal([attempted?.outcome, applied?.commit], ['converged', good])
  // another trigger may have been the first to find it
  const told = events.find(({ event, revision }) => event === 'converged' && revision === good)
  assert.match(String(told?.notes), /^cut-sessions was allowed: nobody who is logged in .* ada on pts\/0/)
})

if (inOwnNamespace(fileURLToPath(import.meta.url))) test.run()
