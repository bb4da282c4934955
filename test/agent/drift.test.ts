/** What others do to our table while a real agent watches: it comes back without the timer, and who did it is named. */

import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { describePlan } from '../../src/diff/describe-plan.ts'
import { diff } from '../../src/diff/diff.ts'
import { readTable } from '../../src/ruleset/read-table.ts'
import type { Ruleset } from '../../src/ruleset/ruleset.ts'
import { AgentLab, listRuleset } from '../fakes/agent-lab.ts'
import { childrenNamed } from '../fakes/child-processes.ts'
import { inOwnNamespace } from '../fakes/own-namespace.ts'
import { officeSet, webEndpoint, webPolicy } from '../fakes/policy-folder.ts'
import { until } from '../fakes/until.ts'

const test = suite('drift')
let agent: AgentLab
let desired: Ruleset

function nft(...commands: readonly string[]): void {
  execFileSync('nft', [commands.join('; ')], { stdio: 'pipe' })
}

function liveTable(): Ruleset | undefined {
  return readTable(
    /^table inet rampart \{.*?^\}\n/ms.exec(
      execFileSync('nft', ['-s', '-n', 'list', 'ruleset'], { encoding: 'utf8' }),
    )?.[0] ?? '',
  )
}

function isRepaired(): boolean {
  return describePlan(diff(desired, liveTable())).length === 0
}

/** How often the agent compared with the kernel. */
function comparisons(): Promise<number> {
  return agent.metric(/rampart_run_duration_seconds_count\{stage="read"\} (\d+)/)
}

function repairs(): number {
  return agent.lines.filter(({ event }) => event === 'drift-repaired').length
}

/** Ten seconds in which nobody else was at it: the pace of repairs is slow after many. */
async function start(driftIntervalMs = 3_600_000): Promise<void> {
  await agent.stop()
  agent.lines.length = 0
  agent.start({ driftIntervalMs })
  await until('the first run', async () => (await agent.status())?.attempted?.outcome === 'converged')
  await until('the watcher', async () => (await agent.status())?.drift.watch === 'listening')
  // The comparison that its start asks for
  await delay(200)
}

test.before(async () => {
  agent = await AgentLab.open()
  agent.git.commit({ files: { 'web.yaml': webEndpoint, 'policy.yaml': webPolicy(443), 'office.yaml': officeSet } })
  await start()
  const live = liveTable()
  assert.ok(live)
  desired = live
})
test.after(() => agent.close())

const set = '$(nft list sets | sed -n "s/.*set \\(peers4.*\\) {/\\1/p" | head -1)'

/** sh; T stands for the table. */
const tamperings: readonly (readonly [title: string, by: string, named: RegExp])[] = [
  ['a rule added', 'nft add rule T input accept', /^- rule in input: accept/],
  ['a rule inserted', 'nft insert rule T output drop', /^- rule in output: drop/],
  ['a chain flushed', 'nft flush chain T input', /^\+ rule in input: /],
  ['a policy changed', "nft 'chain T input { policy drop; }'", /input/],
  ['a chain added', "nft 'add chain T mine { type filter hook input priority -10; policy drop; }'", /mine/],
  ['an element added', `nft add element T ${set} '{ 192.0.2.66 }'`, /192\.0\.2\.66/],
  ['an element deleted', `nft delete element T ${set} '{ 203.0.113.7 }'`, /203\.0\.113\.7/],
  ['an object added', "nft 'add quota T mine { over 25 mbytes }'", /mine/],
  ['the table deleted', 'nft delete table T', /table/],
  ['everything flushed', 'nft flush ruleset', /table/],
  ['the table made anew by somebody else', "nft 'delete table T; table T { chain input { drop ; }; }'", /./],
  ['the table asleep', "nft 'table T { flags dormant; }'", /dormant/],
]

test('twelve kinds of tampering are repaired without the timer, and the process is named', async () => {
  for (const [at, [title, by, named]] of tamperings.entries()) {
    // Repairs come more slowly after many: a new agent does not remember them
    if (at % 4 === 0) await start()
    const before = repairs()
    execFileSync('sh', ['-ec', by.replaceAll(/(?<=\s)T(?=[\s;]|$)/g, 'inet rampart')], { stdio: 'pipe' })
    await until(`${title}: the repair`, () => repairs() > before)
    assert.ok(isRepaired(), title)
    const drift = (await agent.status())?.drift
    assert.is(drift?.lastBy[0]?.process, 'nft', title)
    assert.ok(
      drift?.lastChanges.some((change) => named.test(change)),
      `${title}: ${drift?.lastChanges.join('\n')}`,
    )
  }
})

test('a process is named with what it is, as long as it lives', async () => {
  await start()
  // A long-lived writer, as a firewall of another kind is
  const program = join(agent.folder, 'other-firewall')
  copyFileSync(execFileSync('sh', ['-c', 'command -v nft'], { encoding: 'utf8' }).trim(), program)
  const other = spawn(program, ['-i'], { stdio: ['pipe', 'ignore', 'ignore'] })
  other.stdin.write('add rule inet rampart input accept\n')
  await until('the repair', () => repairs() > 0)
  const author = (await agent.status())?.drift.lastBy[0]
  assert.equal([author?.process, author?.pid, author?.command], ['other-firewall', other.pid, 'other-firewall -i'])
  assert.equal([author?.executable, author?.uid], [program, process.getuid?.()])
  assert.is(await agent.metric(/rampart_drift_total\{process="other-firewall"\} (\d+)/), 1)
  assert.is(await agent.metric(/rampart_drift_repair_seconds_count (\d+)/), 1)
  other.stdin.end()
  await once(other, 'close')
})

test('what happens in other tables, and what we do ourselves, is not looked at', async () => {
  await start()
  const before = await comparisons()
  nft('add table inet rampart2', 'add chain inet rampart2 input')
  nft('add table ip rampart', 'add counter ip rampart hits')
  nft('delete table inet rampart2', 'delete table ip rampart')
  agent.git.commit({ files: { 'policy.yaml': webPolicy(8443) } })
  await agent.sync()
  // the run knows what it left; a generation that was taken for somebody's would be looked at within milliseconds
  await delay(500)
  assert.is((await comparisons()) - before, 0)
  assert.is(repairs(), 0)
  agent.git.commit({ files: { 'policy.yaml': webPolicy(443) } })
  await agent.sync()
})

test('a repair does not wait for git', async () => {
  await start()
  agent.git.proxy.fault = 'hang'
  const asked = agent.git.proxy.log.length
  const syncing = agent.sync().catch(() => undefined)
  await until('that git hangs', () => agent.git.proxy.log.length > asked)
  nft('flush chain inet rampart input')
  await until('the repair', isRepaired)
  assert.is((await agent.status())?.attempted?.trigger, 'start', 'the run still waits')
  agent.git.proxy.fault = 'none'
  await agent.stop()
  await syncing
})

test('a burst of changes becomes a few repairs', async () => {
  await start()
  const many = 'for n in $(seq 50); do nft add rule inet rampart input tcp dport $n accept; done'
  execFileSync('sh', ['-ec', many], { stdio: 'pipe' })
  await until('the repair', isRepaired)
  await until('that it is told', async () => ((await agent.status())?.drift.lastBy.length ?? 0) > 0)
  assert.ok(((await agent.status())?.drift.lastBy.length ?? 0) <= 4)
  assert.ok(repairs() <= 9, `${repairs()} repairs`)
})

test('a program that keeps undoing repairs is told of, and answered more slowly', async () => {
  await start()
  const undo = 'while :; do nft flush chain inet rampart input; sleep 0.02; done'
  const other = spawn('sh', ['-c', undo], { stdio: 'ignore' })
  try {
    await until('the fight', async () => (await agent.status())?.drift.fight?.process === 'nft')
    await delay(3_000)
  } finally {
    other.kill('SIGKILL')
  }
  assert.is(agent.lines.filter(({ event }) => event === 'drift-fight').length, 1)
  assert.is(await agent.metric(/rampart_drift_fight (\d+)/), 1)
  assert.ok(repairs() <= 9, `${repairs()} repairs`)
  await until('the last repair', isRepaired)
})

test('while the watcher is dead nothing is missed for long: it is started again and all is compared', async () => {
  await start()
  const [watcher = 0] = childrenNamed('nft')
  process.kill(watcher, 'SIGKILL')
  await until('that it is missed', () => agent.lines.some(({ event }) => event === 'ruleset-watch-ended'))
  nft('flush chain inet rampart input')
  await until('the repair', isRepaired)
  await until('the new watcher', async () => (await agent.status())?.drift.watch === 'listening')
  assert.ok(childrenNamed('nft').some((pid) => pid !== watcher))
})

test('the timer heals what a watcher that hangs does not see', async () => {
  await start(300)
  const [watcher = 0] = childrenNamed('nft')
  process.kill(watcher, 'SIGSTOP')
  nft('flush chain inet rampart input')
  await until('the repair', () => repairs() > 0)
  assert.ok(isRepaired())
  assert.equal((await agent.status())?.drift.lastBy, [])
  await until('that it is replaced', () => agent.lines.some(({ event }) => event === 'ruleset-watch-ended'))
})

test('afterwards nothing is left of the watcher', async () => {
  await agent.stop()
  assert.equal(childrenNamed('nft'), [])
  assert.match(listRuleset(), 'table inet rampart')
})

if (inOwnNamespace(fileURLToPath(import.meta.url))) test.run()
