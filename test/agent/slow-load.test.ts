/**
 * A kernel that takes longer to load a change than the change may wait to be confirmed: real nft, held up. The agent is a process of
 * its own; should it live, the change stays, and should it end meanwhile, the script takes it back.
 */

import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { commitFiles } from '../fakes/bare-repository.ts'
import { type GitLab, openGitLab } from '../fakes/git-lab.ts'
import { KillableAgent, liveTable } from '../fakes/killable-agent.ts'
import { loopbackPolicy, openTo } from '../fakes/lockout-policy.ts'
import { inOwnNamespace } from '../fakes/own-namespace.ts'
import { until } from '../fakes/until.ts'

const test = suite('a load that takes its time')
const agent = new KillableAgent((folder) => ({
  options: [],
  env: { PATH: `${join(folder, 'bin')}:${process.env.PATH}` },
}))
const slow = join(agent.folder, 'slow')
const loading = join(agent.folder, 'loading')
let lab: GitLab
let port = 1

/** While there is a file `slow` each load and each listing of the agent's waits for so many seconds; the script's do not. A load leaves the file `loading`. */
function holdUpNft(): void {
  const folder = join(agent.folder, 'bin')
  const path = join(folder, 'nft')
  const nft = execFileSync('sh', ['-c', 'command -v nft'], { encoding: 'utf8' }).trim()
  mkdirSync(folder)
  writeFileSync(
    path,
    `#!/bin/sh
if [ -e '${slow}' ]; then
  case " $* " in *' -f '*) : >'${loading}' ;; esac
  sleep "$(cat '${slow}')"
fi
exec ${nft} "$@"
`,
  )
  chmodSync(path, 0o755)
}

/** From a policy that holds to a change of which the load has begun, and takes longer than it may wait to be confirmed. */
async function beginSlowly(apply: string): Promise<{ readonly before: string; readonly commit: string }> {
  await agent.end('SIGKILL')
  rmSync(slow, { force: true })
  rmSync(loading, { force: true })
  port += 1
  commitFiles(lab.repository, { files: loopbackPolicy(openTo(port)) })
  agent.configure(`repository: {url: "${lab.proxy.url}/policy.git"}
apply: {confirmTimeout: 1500ms, confirmAfter: 300ms, ${apply}}
`)
  await agent.start()
  assert.is((await agent.firstRun())?.attempted?.outcome, 'converged')
  const before = liveTable()
  writeFileSync(slow, '4')
  port += 1
  return { before, commit: commitFiles(lab.repository, { files: loopbackPolicy(openTo(port)) }) }
}

test.before(async () => {
  holdUpNft()
  lab = await openGitLab()
})
test.after(async () => {
  await agent.end('SIGKILL')
  await lab.close()
})

test('a live agent confirms it when its probes hold', async () => {
  const { before, commit } = await beginSlowly('probes: [{repository: true}]')
  const { attempted, applied } = await agent.ask('sync')
  assert.equal([attempted?.outcome, applied?.commit], ['converged', commit], attempted?.message)
  assert.ok(existsSync(loading))
  assert.is.not(liveTable(), before)
})

test('a live agent confirms it when the whole table was loaded and listed', async () => {
  const { commit } = await beginSlowly('probes: []')
  await agent.end('SIGKILL')
  execFileSync('nft', ['delete table inet rampart'])
  await agent.start()
  const told = await agent.firstRun()
  assert.equal([told?.attempted?.outcome, told?.applied?.commit], ['converged', commit], told?.attempted?.message)
  assert.match(liveTable(), `dport ${port} `)
})

test('the script takes back what an agent that ended meanwhile had begun, also when nft goes on', async () => {
  const { before, commit } = await beginSlowly('probes: []')
  void agent.ask('sync').catch(() => undefined)
  await until('the load', () => existsSync(loading) && existsSync(agent.state('inverse.nft')))
  await agent.end('SIGKILL')
  await until('what nft goes on with', () => liveTable() !== before)
  const [seconds = '', ...rest] = readFileSync(agent.state('deadline'), 'utf8').split(' ')
  const uptime = Number.parseFloat(readFileSync('/proc/uptime', 'utf8'))
  assert.ok(Number(seconds) - uptime < 34, 'the time for the load, for the confirmation and for a live agent')
  assert.ok(existsSync(agent.state('inverse.nft')), 'not before')
  // as when that is over
  writeFileSync(agent.state('new'), [`${Math.floor(uptime)}`, ...rest].join(' '))
  renameSync(agent.state('new'), agent.state('deadline'))
  await until('the script', () => existsSync(agent.state('reverted.nft')))
  assert.is(liveTable(), before)
  rmSync(slow)
  await agent.start()
  const after = await agent.firstRun()
  assert.equal(
    [after?.attempted?.outcome, after?.setAside?.commit, after?.setAside?.cause],
    ['refused', commit, 'abandoned'],
  )
  assert.is(liveTable(), before)
})

test('a live agent that took longer than all of it says so, and takes the table of before for its own', async () => {
  const { before, commit } = await beginSlowly('probes: []')
  const running = agent.ask('sync')
  await until('the load', () => existsSync(loading) && existsSync(agent.state('inverse.nft')))
  const [, ...rest] = readFileSync(agent.state('deadline'), 'utf8').split(' ')
  writeFileSync(agent.state('new'), ['0', ...rest].join(' '))
  renameSync(agent.state('new'), agent.state('deadline'))
  const { attempted, setAside } = await running
  assert.equal(
    [attempted?.outcome, attempted?.message, setAside?.commit],
    ['reverted', 'applied and taken back (overdue): the kernel had not loaded it after 32 s', commit],
  )
  assert.is(liveTable(), before)
})

if (inOwnNamespace(fileURLToPath(import.meta.url))) test.run()
